namespace MlOps.Models;

/// <summary>Writes values of a row of one tensor to an object of the caller's.</summary>
internal abstract class RowWriter<TOutput, T>
{
    /// <summary>Tells whether rows of a number of values can be written.</summary>
    public virtual bool Fits(int width) => true;

    /// <summary>Sets the names of the values in the rows that follow.</summary>
    public virtual void Label(IReadOnlyList<string> labels)
    {
    }

    public abstract void Write(TOutput output, ReadOnlySpan<T> row);
}
