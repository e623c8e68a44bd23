using System.Text.Json;

namespace MlOps.Reports;

/// <summary>A comparison as it is written in JSON.</summary>
internal sealed class ComparisonDocument(RunComparison comparison)
{
    public IEnumerable<ComparedRun> Runs => comparison.Runs.Select(static run => new ComparedRun(run.Id, run.Name, run.Experiment));

    public IReadOnlyList<ComparedValues<string?>> Attributes => comparison.Attributes;

    public IReadOnlyList<ComparedValues<string?>> Parameters => comparison.Parameters;

    public IReadOnlyList<ComparedValues<double?>> Metrics => comparison.Metrics;

    public IReadOnlyList<ComparedValues<string?>> Tags => comparison.Tags;

    public IReadOnlyList<ComparedValues<string?>> Datasets => comparison.Datasets;

    public IReadOnlyList<MetricHistory> Histories => comparison.Histories;

    public static string Write(RunComparison comparison) => JsonSerializer.Serialize(new ComparisonDocument(comparison), ComparisonJson.Default.ComparisonDocument);

    internal sealed record ComparedRun(string Id, string Name, string Experiment);
}
