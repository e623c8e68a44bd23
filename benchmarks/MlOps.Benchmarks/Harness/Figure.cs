namespace MlOps.Benchmarks;

/// <summary>Something measured that is compared with nothing but its aim.</summary>
/// <param name="Title">What was measured, as the report's heading.</param>
/// <param name="Aim">What it is to be.</param>
/// <param name="Measured">What it is.</param>
/// <param name="IsMet">Whether it is as it is to be.</param>
/// <param name="Remark">How it was measured.</param>
internal sealed record Figure(string Title, string Aim, string Measured, bool IsMet, string Remark) : IOutcome
{
    public string ToSummaryRow() => $"| {Title} | {Aim} | {Measured} | {(IsMet ? "yes" : "**no**")} |";

    public string ToSection() => $"### {Title}\n\n{Remark} Measured: {Measured}.\n";
}
