namespace MlOps.Validation;

/// <summary>A row that does not pass, what was found in it, and the copy in which values were replaced.</summary>
internal sealed class RowFindings<TRow>(TRow row)
    where TRow : class
{
    private readonly List<InputViolation> _violations = [];
    private TRow? _copy;
    private bool _isRejected;

    /// <summary>Gets the row as it is now.</summary>
    public TRow Row => _copy ?? row;

    public void Add(string feature, InputRule rule, string expected, string found, InputPolicy policy, string remedy)
    {
        _violations.Add(new InputViolation(feature, rule, expected, found, policy, InputText.Suggest(remedy)));
        _isRejected |= policy == InputPolicy.Reject;
    }

    /// <summary>Gets a copy that may be changed; the caller's row may not.</summary>
    public TRow ToChangeable() => _copy ??= ShallowCopy.Of(row);

    public ValidatedInput<TRow> ToResult() => new(Row, _violations, _isRejected);
}
