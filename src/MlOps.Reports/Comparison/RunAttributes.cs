using System.Globalization;
using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Formats the attributes that every run has.</summary>
internal static class RunAttributes
{
    public const string Duration = "duration";

    public static IReadOnlyList<ComparedValues<string?>> Compare(IReadOnlyList<Run> runs)
    {
        (string Name, Func<Run, string?> Show)[] attributes =
        [
            ("experiment", static run => run.Experiment),
            ("status", static run => run.Status.ToString().ToLowerInvariant()),
            ("actor", static run => run.Actor),
            ("started", static run => run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            (Duration, static run => (run.Ended - run.Started)?.ToString("c", CultureInfo.InvariantCulture)),
            ("seed", static run => run.Seed.ToString(CultureInfo.InvariantCulture)),
            ("commit", static run => run.GitCommit),
        ];
        return [.. attributes.Select(attribute => new ComparedValues<string?>(attribute.Name, [.. runs.Select(attribute.Show)]))];
    }

    public static IReadOnlyDictionary<string, string?> DescribeDatasets(Run run) => run.Datasets
        .GroupBy(static data => data.Context is { Length: > 0 } context ? $"{data.Name} ({context})" : data.Name, StringComparer.Ordinal)
        .ToDictionary(static data => data.Key, static data => (string?)string.Join(", ", data.Select(Describe)), StringComparer.Ordinal);

    private static string Describe(RunDataset data) =>
        data.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"version {version}") : data.Digest ?? data.Source ?? "unknown";
}
