namespace MlOps.Models;

/// <summary>Holds the object that the getters of the input row read.</summary>
internal sealed class CurrentRow<TInput>
{
    public TInput Row = default!;
}
