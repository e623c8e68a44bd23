namespace MlOps.Registry;

/// <summary>What a promotion gate found.</summary>
/// <param name="Gate">
/// Which gate: <c>format</c>, <c>metric</c>, <c>signature</c>, <c>golden examples</c>, <c>required tag</c>, <c>model card</c>, <c>size</c>, <c>load time</c>, <c>memory</c>,
/// <c>latency</c> or <c>approvals</c>.
/// </param>
/// <param name="Subject">What it looked at, such as the metric's name; empty if the gate says it.</param>
/// <param name="Passed">Whether it let the version pass.</param>
/// <param name="Measured">What it found, to read.</param>
/// <param name="Required">What it wants, to read.</param>
public sealed record GateResult(string Gate, string Subject, bool Passed, string Measured, string Required)
{
    /// <summary>Says it as a clause.</summary>
    /// <returns>Such as <c>metric 'auc': 0.81, required at least 0.9</c>.</returns>
    public override string ToString() => $"{Gate}{(Subject.Length == 0 ? "" : $" '{Subject}'")}: {Measured}, required {Required}";
}
