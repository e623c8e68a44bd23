namespace MlOps.Models;

/// <summary>Reads the values of one tensor from an input object.</summary>
internal abstract class RowReader<TInput, T>
{
    /// <summary>Gets the number of values in a row.</summary>
    public abstract int WidthOf(TInput row);

    /// <summary>Copies the values of a row.</summary>
    /// <exception cref="ArgumentException">The row has another number of values, or a value is missing.</exception>
    public abstract void Read(TInput row, Span<T> values);
}
