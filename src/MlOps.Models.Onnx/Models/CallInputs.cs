using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates the readers of the input tensors of calls.</summary>
internal static class CallInputs
{
    public static CallInput<TInput> Create<TInput>(MappedTensor input)
    {
        var (tensor, properties) = input;
        if (properties is [{ IsTensor: true } whole])
        {
            return new TensorCallInput<TInput>(tensor, whole);
        }

        return tensor.Type switch
        {
            FeatureType.String => new ValuesCallInput<TInput, string>(tensor, properties, RowReaders.OfTexts<TInput>(properties)),
            FeatureType.Boolean => new ValuesCallInput<TInput, bool>(tensor, properties, RowReaders.OfBooleans<TInput>(properties)),
            _ => OnnxElementTypes.Visit<Visitor<TInput>, CallInput<TInput>>(tensor.Type!.Value, new Visitor<TInput>(tensor, properties)),
        };
    }

    private readonly struct Visitor<TInput>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties) : INumberVisitor<CallInput<TInput>>
    {
        public CallInput<TInput> Visit<T>()
            where T : unmanaged, INumberBase<T> => new ValuesCallInput<TInput, T>(tensor, properties, RowReaders.OfNumbers<TInput, T>(properties));
    }
}
