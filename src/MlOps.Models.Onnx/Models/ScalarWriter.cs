namespace MlOps.Models;

/// <summary>Writes one value of a row to a property.</summary>
internal sealed class ScalarWriter<TOutput, T>(Action<TOutput, T> setter, int? index) : RowWriter<TOutput, T>
{
    private readonly int _index = index ?? 0;

    public override bool Fits(int width) => index < width || (index is null && width == 1);

    public override void Write(TOutput output, ReadOnlySpan<T> row) => setter(output, row[_index]);
}
