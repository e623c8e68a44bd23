using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates the writers of the output tensors of calls.</summary>
internal static class CallOutputs
{
    /// <summary>Creates a writer for each tensor property, and one writer for all other properties.</summary>
    public static IEnumerable<CallOutput<TOutput>> Create<TOutput>(MappedTensor output)
    {
        var (tensor, properties) = output;
        foreach (var property in properties.Where(static property => property.IsTensor))
        {
            yield return new TensorCallOutput<TOutput>(tensor.Name, property);
        }

        FeatureProperty[] values = [.. properties.Where(static property => !property.IsTensor)];
        if (values.Length > 0)
        {
            yield return CreateOfValues<TOutput>(tensor, values);
        }
    }

    private static CallOutput<TOutput> CreateOfValues<TOutput>(OnnxTensor tensor, FeatureProperty[] properties) => tensor switch
    {
        { Keys: not null } => new ValuesCallOutput<TOutput, float>(tensor.Name, Array.ConvertAll(properties, RowWriters.OfClasses<TOutput>)),
        { Type: FeatureType.String } => new ValuesCallOutput<TOutput, string>(tensor.Name, Array.ConvertAll(properties, RowWriters.OfTexts<TOutput>)),
        { Type: FeatureType.Boolean } => new ValuesCallOutput<TOutput, bool>(tensor.Name, Array.ConvertAll(properties, RowWriters.OfBooleans<TOutput>)),
        _ => OnnxElementTypes.Visit<Visitor<TOutput>, CallOutput<TOutput>>(tensor.Type!.Value, new Visitor<TOutput>(tensor, properties)),
    };

    private readonly struct Visitor<TOutput>(OnnxTensor tensor, FeatureProperty[] properties) : INumberVisitor<CallOutput<TOutput>>
    {
        public CallOutput<TOutput> Visit<T>()
            where T : unmanaged, INumberBase<T> =>
                new ValuesCallOutput<TOutput, T>(tensor.Name, Array.ConvertAll(properties, RowWriters.OfNumbers<TOutput, T>));
    }
}
