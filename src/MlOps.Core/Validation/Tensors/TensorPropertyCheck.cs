using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Checks a property of the type <see cref="ModelTensor"/>, which contains the values of one row or of one call.</summary>
internal sealed class TensorPropertyCheck<TRow>(
    FeatureSchema feature, TensorChecks checks, Func<TRow, ModelTensor?> get, Action<TRow, ModelTensor>? set) : FeatureCheck<TRow>
    where TRow : class
{
    public override bool IsValid(TRow row) => get(row) is { } tensor
        ? checks.Find(tensor.Type)?.IsValid(tensor.Values, tensor.Values.Length) ?? true
        : feature.IsNullable;

    public override void Report(RowFindings<TRow> findings, bool toleratesUnseen)
    {
        if (get(findings.Row) is not { } tensor)
        {
            checks.ReportMissing(findings, "a tensor", "null");
            return;
        }

        Array? replaced = null;
        checks.Find(tensor.Type)!.Report(findings, tensor.Values, tensor.Values.Length, () => replaced ??= (Array)tensor.Values.Clone());
        if (replaced is not null)
        {
            set!(findings.ToChangeable(), new ModelTensor(replaced, tensor.Shape) { Labels = tensor.Labels });
        }
    }

    /// <summary>Returns <see langword="false"/>, because <see cref="TensorCheck"/> counts unseen categories.</summary>
    public override bool HasUnseen(TRow row) => false;
}
