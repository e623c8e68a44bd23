using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates the factories of input buffers.</summary>
internal static class InputBuffers
{
    public static Func<int, InputBuffer<TInput>> Plan<TInput>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties)
    {
        switch (tensor.Type)
        {
            case FeatureType.String:
                var texts = RowReaders.OfTexts<TInput>(properties);
                return _ => new TextInputBuffer<TInput>(tensor, texts);
            case FeatureType.Boolean:
                var booleans = RowReaders.OfBooleans<TInput>(properties);
                return capacity => new NumberInputBuffer<TInput, bool>(tensor, booleans, capacity);
            default:
                return OnnxElementTypes.Visit<Visitor<TInput>, Func<int, InputBuffer<TInput>>>(tensor.Type!.Value, new Visitor<TInput>(tensor, properties));
        }
    }

    private readonly struct Visitor<TInput>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties) : INumberVisitor<Func<int, InputBuffer<TInput>>>
    {
        public Func<int, InputBuffer<TInput>> Visit<T>()
            where T : unmanaged, INumberBase<T>
        {
            var (captured, reader) = (tensor, RowReaders.OfNumbers<TInput, T>(properties));
            return capacity => new NumberInputBuffer<TInput, T>(captured, reader, capacity);
        }
    }
}
