namespace MlOps.Benchmarks;

/// <summary>A measured figure with a target and without a contender.</summary>
/// <param name="Title">The heading in the report.</param>
/// <param name="Aim">The target.</param>
/// <param name="Measured">The measured value.</param>
/// <param name="IsMet">Whether the target is met.</param>
/// <param name="Remark">The method of measurement.</param>
internal sealed record Figure(string Title, string Aim, string Measured, bool IsMet, string Remark) : IOutcome
{
    public string ToSummaryRow() => $"| {Title} | {Aim} | {Measured} | {(IsMet ? "yes" : "**no**")} |";

    public string ToSection() => $"### {Title}\n\n{Remark} Measured: {Measured}.\n";
}
