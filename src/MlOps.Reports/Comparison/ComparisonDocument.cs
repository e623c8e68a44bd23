using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Reports;

/// <summary>The JSON document of a comparison.</summary>
internal sealed class ComparisonDocument(RunComparison comparison)
{
    public IEnumerable<ComparedRun> Runs => comparison.Runs.Select(static run => new ComparedRun(run.Id, run.Name, run.Experiment));

    public IReadOnlyList<ComparedValues<string?>> Attributes => comparison.Attributes;

    public IReadOnlyList<ComparedValues<string?>> Parameters => comparison.Parameters;

    public IReadOnlyList<ComparedValues<double?>> Metrics => comparison.Metrics;

    public IReadOnlyList<ComparedValues<string?>> Tags => comparison.Tags;

    public IReadOnlyList<ComparedValues<string?>> Datasets => comparison.Datasets;

    public IEnumerable<ComparedHistory> Histories => comparison.Histories.Select(static history => new ComparedHistory(history));

    public static string Write(RunComparison comparison) =>
        JsonSerializer.Serialize(new ComparisonDocument(comparison), ComparisonJson.Default.ComparisonDocument);

    internal sealed record ComparedRun(string Id, string Name, string Experiment);

    /// <summary>The history of a metric. A thinned history also contains the minimum and the maximum of each row.</summary>
    internal sealed class ComparedHistory(MetricHistory history)
    {
        public string Metric => history.Metric;

        public bool IsThinned => history.StepsPerRow > 1;

        public long StepsPerRow => history.StepsPerRow;

        public IReadOnlyList<long> PointCounts => history.PointCounts;

        public IReadOnlyList<long> Steps => history.Steps;

        public IReadOnlyList<IReadOnlyList<double?>> Values => history.Values;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IEnumerable<IEnumerable<double?>>? Minimums =>
            IsThinned ? history.Buckets.Select(static run => run.Select(static bucket => bucket?.Minimum)) : null;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IEnumerable<IEnumerable<double?>>? Maximums =>
            IsThinned ? history.Buckets.Select(static run => run.Select(static bucket => bucket?.Maximum)) : null;
    }
}
