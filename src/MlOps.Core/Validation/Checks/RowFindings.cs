namespace MlOps.Validation;

/// <summary>An invalid row, its violations, and the copy in which values were replaced.</summary>
internal sealed class RowFindings<TRow>(TRow row) : InputFindings
    where TRow : class
{
    private TRow? _copy;

    /// <summary>Gets the row with the replacements so far.</summary>
    public TRow Row => _copy ?? row;

    /// <summary>Gets the copy of the row, and creates it if necessary. The row of the caller is never changed.</summary>
    public TRow ToChangeable() => _copy ??= ShallowCopy.Of(row);

    public ValidatedInput<TRow> ToResult() => new(Row, Violations, IsRejected);
}
