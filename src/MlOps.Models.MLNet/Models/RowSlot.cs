namespace MlOps.Models;

/// <summary>Where the getters of a row find the object it is made of.</summary>
internal sealed class RowSlot<TInput>
{
    public TInput Row = default!;
}
