namespace MlOps.Models;

/// <summary>The number of values in a row of a tensor: what the model says, or else what the rows have.</summary>
internal struct RowWidth(OnnxTensor tensor)
{
    public int Value { get; private set; } = checked((int)(tensor.Width ?? 0));

    /// <summary>Takes the width of a row, where the model does not say.</summary>
    /// <returns>Whether it is another one than before.</returns>
    public bool Measure<TInput, T>(RowReader<TInput, T> reader, TInput row)
    {
        if (tensor.Width is not null || reader.WidthOf(row) is var width && width == Value)
        {
            return false;
        }

        if (tensor.ShapeOf(1, width).Aggregate(1L, static (product, length) => product * length) != width)
        {
            throw new ArgumentException($"Input '{tensor.Name}' takes {tensor.Description}, which a row of {width} values does not fill. Give a multiple of what is fixed.", nameof(row));
        }

        Value = width;
        return true;
    }
}
