namespace MlOps.Models;

/// <summary>The number of values in a row of a tensor, which the model specifies or else the rows determine.</summary>
internal struct RowWidth(OnnxTensor tensor)
{
    public int Value { get; private set; } = checked((int)(tensor.Width ?? 0));

    /// <summary>Determines the width from a row, if the model does not specify it.</summary>
    /// <returns><see langword="true"/> if the width has changed; otherwise, <see langword="false"/>.</returns>
    public bool Measure<TInput, T>(RowReader<TInput, T> reader, TInput row)
    {
        if (tensor.Width is not null || reader.WidthOf(row) is var width && width == Value)
        {
            return false;
        }

        if (tensor.ShapeOf(1, width).Aggregate(1L, static (product, length) => product * length) != width)
        {
            throw new ArgumentException(
                $"Input '{tensor.Name}' has the shape {tensor.Description}, which does not fit a row of {width} values. "
                + "Pass a multiple of the product of its fixed dimensions.",
                nameof(row));
        }

        Value = width;
        return true;
    }
}
