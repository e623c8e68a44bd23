namespace MlOps.Models;

/// <summary>Fetches an output of the current row and writes it to a member. For one caller at a time.</summary>
internal abstract class OutputWriter<TOutput>
{
    public abstract void Write(TOutput output);
}
