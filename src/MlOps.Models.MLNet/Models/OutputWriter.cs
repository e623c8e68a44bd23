namespace MlOps.Models;

/// <summary>Writes an output of the current row to a member. Not thread-safe.</summary>
internal abstract class OutputWriter<TOutput>
{
    public abstract void Write(TOutput output);
}
