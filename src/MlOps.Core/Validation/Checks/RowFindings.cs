namespace MlOps.Validation;

/// <summary>A row that does not pass, what was found in it, and the copy in which values were replaced.</summary>
internal sealed class RowFindings<TRow>(TRow row) : InputFindings
    where TRow : class
{
    private TRow? _copy;

    /// <summary>Gets the row as it is now.</summary>
    public TRow Row => _copy ?? row;

    /// <summary>Gets a copy that may be changed; the caller's row may not.</summary>
    public TRow ToChangeable() => _copy ??= ShallowCopy.Of(row);

    public ValidatedInput<TRow> ToResult() => new(Row, Violations, IsRejected);
}
