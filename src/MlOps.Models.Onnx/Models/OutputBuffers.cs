using System.Numerics;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Creates the factories of output buffers.</summary>
internal static class OutputBuffers
{
    public static Func<int, OutputBuffer<TOutput>> Plan<TOutput>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties)
    {
        if (tensor.Keys is not null)
        {
            RowWriter<TOutput, float>[] classes = [.. properties.Select(RowWriters.OfClasses<TOutput>)];
            return _ => new ClassOutputBuffer<TOutput>(tensor, classes);
        }

        switch (tensor.Type)
        {
            case FeatureType.String:
                RowWriter<TOutput, string>[] texts = [.. properties.Select(RowWriters.OfTexts<TOutput>)];
                return _ => new TextOutputBuffer<TOutput>(tensor, texts);
            case FeatureType.Boolean:
                RowWriter<TOutput, bool>[] booleans = [.. properties.Select(RowWriters.OfBooleans<TOutput>)];
                return capacity => new NumberOutputBuffer<TOutput, bool>(tensor, booleans, capacity);
            default:
                return OnnxElementTypes.Visit<Visitor<TOutput>, Func<int, OutputBuffer<TOutput>>>(tensor.Type!.Value, new Visitor<TOutput>(tensor, properties));
        }
    }

    private readonly struct Visitor<TOutput>(OnnxTensor tensor, IReadOnlyList<FeatureProperty> properties) : INumberVisitor<Func<int, OutputBuffer<TOutput>>>
    {
        public Func<int, OutputBuffer<TOutput>> Visit<T>()
            where T : unmanaged, INumberBase<T>
        {
            var captured = tensor;
            RowWriter<TOutput, T>[] writers = [.. properties.Select(RowWriters.OfNumbers<TOutput, T>)];
            return capacity => new NumberOutputBuffer<TOutput, T>(captured, writers, capacity);
        }
    }
}
