namespace MlOps.Models;

/// <summary>Writes the values of a row of one tensor to an output object.</summary>
internal abstract class RowWriter<TOutput, T>
{
    /// <summary>Determines whether rows with a number of values can be written.</summary>
    public virtual bool Fits(int width) => true;

    /// <summary>Sets the names of the values in subsequent rows.</summary>
    public virtual void Label(IReadOnlyList<string> labels)
    {
    }

    public abstract void Write(TOutput output, ReadOnlySpan<T> row);
}
