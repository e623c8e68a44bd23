namespace MlOps.Models;

/// <summary>Reads the values of one tensor from a row of the caller's.</summary>
internal abstract class RowReader<TInput, T>
{
    /// <summary>Gets how many values the row has.</summary>
    public abstract int WidthOf(TInput row);

    /// <summary>Copies the row's values.</summary>
    /// <exception cref="ArgumentException">There are more or fewer, or one is missing.</exception>
    public abstract void Read(TInput row, Span<T> values);
}
