using System.Collections.Immutable;
using MlOps.Tracking;
using Bucket = MlOps.Reports.StepBuckets.Bucket;

namespace MlOps.Reports;

/// <summary>Creates runs and histories without a store.</summary>
internal static class TestRuns
{
    public static Run Create(
        string id, Dictionary<string, string>? parameters = null, Dictionary<string, double>? metrics = null,
            IReadOnlyList<RunDataset>? datasets = null) => new("churn", id, new RunState
            {
                Name = $"run {id}",
                Actor = "ada",
                Status = RunStatus.Finished,
                Started = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
                Ended = new DateTimeOffset(2026, 3, 1, 12, 3, 12, TimeSpan.Zero),
                Parameters = (parameters ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
                Metrics = (metrics ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
                Datasets = [.. datasets ?? []],
            });

    public static MetricHistory History(string metric, long[] steps, double?[][] values, int shift = 0) => new(
        metric,
        shift,
        steps,
        [.. values.Select(run => steps.Zip(run, static (step, value) => value is { } number ? Bucket.Of(step, number) : (Bucket?)null).ToArray())],
        [.. values.Select(static run => run.LongCount(static value => value is not null))]);
}
