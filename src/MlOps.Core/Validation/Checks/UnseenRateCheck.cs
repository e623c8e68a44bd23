namespace MlOps.Validation;

/// <summary>Reports unseen categories as warnings while they are rare.</summary>
internal sealed class UnseenRateCheck<TRow>(FeatureCheck<TRow> check, double maxRate) : FeatureCheck<TRow>
    where TRow : class
{
    private readonly UnseenWindow _window = new(maxRate);

    public override bool IsValid(TRow row)
    {
        var isValid = check.IsValid(row);
        _window.Add(!isValid && check.HasUnseen(row));
        return isValid;
    }

    public override bool HasUnseen(TRow row) => check.HasUnseen(row);

    public override void Report(RowFindings<TRow> findings, bool toleratesUnseen) => check.Report(findings, _window.IsTolerable);

    public override FeatureCheck<TRow> Fork() => new UnseenRateCheck<TRow>(check, maxRate);
}
