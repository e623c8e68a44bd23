namespace MlOps.Benchmarks.Monitoring;

/// <summary>The comparison of one value of a file of expected statistics.</summary>
/// <param name="Case">The identifier of the sample or stream.</param>
/// <param name="Name">The path of the value in <c>expected</c>, such as <c>ks.statistic</c>.</param>
/// <param name="Expected">The expected value as text.</param>
/// <param name="Ours">The computed value as text.</param>
/// <param name="Outcome">The word <c>ok</c>, <c>NOT OK</c> or <c>NOT CHECKED</c>, with a remark.</param>
internal sealed record DriftCheckValue(string Case, string Name, string Expected, string Ours, string Outcome)
{
    public bool IsOk => Outcome.StartsWith("ok", StringComparison.Ordinal);

    public bool IsUnknown => Outcome.StartsWith("NOT CHECKED", StringComparison.Ordinal);
}
