namespace MlOps.Models;

/// <summary>Writes the values of an output to properties.</summary>
internal sealed class ValuesCallOutput<TOutput, T>(string name, RowWriter<TOutput, T>[] writers) : CallOutput<TOutput>(name)
{
    public override void Write(TOutput output, ModelTensor tensor)
    {
        var values = tensor.AsSpan<T>();
        foreach (var writer in writers)
        {
            if (!writer.Fits(values.Length))
            {
                throw new InvalidDataException($"Output '{Name}' has {values.Length} values, which do not fit its properties.");
            }

            if (tensor.Labels is { } labels)
            {
                writer.Label(labels);
            }

            writer.Write(output, values);
        }
    }
}
