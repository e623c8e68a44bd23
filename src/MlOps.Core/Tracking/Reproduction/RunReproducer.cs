using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <inheritdoc cref="IRunReproducer"/>
internal sealed class RunReproducer(IExperimentTracker tracker, IDatasetStore datasets, EnvironmentCapture environment) : IRunReproducer
{
    /// <summary>The prefixes of metrics that the library records and that measure durations and load.</summary>
    private static readonly string[] s_excludedPrefixes = ["system/", "workflow/"];
    private readonly RecordedDatasets _data = new(datasets);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunDifference>> CheckAsync(
        string runId, IReadOnlyDictionary<string, string>? parameters = null, int? seed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runId);
        return await CheckAsync(await GetAsync(runId, cancellationToken).ConfigureAwait(false), parameters, seed, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ReproductionReport> ReproduceAsync(
        string runId,
        Func<RecordedTraining, CancellationToken, Task> train,
        ReproductionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runId);
        ArgumentNullException.ThrowIfNull(train);
        options ??= new ReproductionOptions();
        var recorded = await GetAsync(runId, cancellationToken).ConfigureAwait(false);
        var differences = await CheckAsync(recorded, null, null, cancellationToken).ConfigureAwait(false);
        ThrowIfDataIsMissing(recorded, differences);

        var folder = options.DataFolder ?? Directory.CreateTempSubdirectory("mlops-reproduction-").FullName;
        try
        {
            var folders = await _data.RestoreAsync(recorded, folder, cancellationToken).ConfigureAwait(false);
            var start = new RunStart
            {
                Name = options.Name ?? $"{recorded.Name} again",
                Tags = new Dictionary<string, string> { [ReproductionReport.Tag] = recorded.Id },
                Parameters = recorded.Parameters,
                Datasets = recorded.Datasets,
                Seed = recorded.Seed,
            };
            var reproduced = await tracker.RunAsync(
                recorded.Experiment, start, (run, token) => train(new RecordedTraining(recorded, run, folders), token), cancellationToken)
                .ConfigureAwait(false);
            return new ReproductionReport(recorded, reproduced, differences, Compare(recorded.Metrics, reproduced.Metrics, options));
        }
        finally
        {
            if (options.DataFolder is null)
            {
                PrivateFolder.TryDelete(folder);
            }
        }
    }

    private static void ThrowIfDataIsMissing(Run recorded, IReadOnlyList<RunDifference> differences)
    {
        var stored = recorded.Datasets.Where(static used => used.Reference is not null).Select(static used => used.Name).ToHashSet(StringComparer.Ordinal);
        if (differences.FirstOrDefault(difference => difference.Kind == RunDifferenceKind.Data && stored.Contains(difference.Name)) is { } missing)
        {
            throw new InvalidOperationException(
                $"The run '{recorded.Id}' cannot be reproduced, because one of its datasets is missing or has changed. {missing}");
        }
    }

    private static IReadOnlyList<MetricComparison> Compare(
        IReadOnlyDictionary<string, double> recorded, IReadOnlyDictionary<string, double> reproduced, ReproductionOptions options) =>
    [
        .. recorded.Keys
            .Union(reproduced.Keys)
            .Where(name => options.Tolerances.ContainsKey(name) || !s_excludedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                double? before = recorded.TryGetValue(name, out var value) ? value : null;
                double? now = reproduced.TryGetValue(name, out value) ? value : null;
                var agrees = before is not null && now is not null
                    && options.Tolerances.GetValueOrDefault(name, options.Tolerance).Accepts(before.Value, now.Value);
                return new MetricComparison(name, before, now, agrees);
            }),
    ];

    private async Task<Run> GetAsync(string runId, CancellationToken cancellationToken) =>
        await tracker.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);

    private async Task<IReadOnlyList<RunDifference>> CheckAsync(
        Run recorded, IReadOnlyDictionary<string, string>? parameters, int? seed, CancellationToken cancellationToken)
    {
        var contents = await tracker.OpenRunAsync(recorded, cancellationToken).ConfigureAwait(false);
        var current = await environment.CaptureAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<RunDifference> differences =
        [
            .. await _data.CompareAsync(recorded, cancellationToken).ConfigureAwait(false),
            .. RunDifferences.CompareParameters(recorded.Parameters, parameters ?? recorded.Parameters),
            .. RunDifferences.CompareSeed(recorded.Seed, seed ?? recorded.Seed),
            .. RunDifferences.Compare(contents.Environment, current.Environment),
        ];
        return [.. differences.OrderBy(static difference => difference.Kind).ThenBy(static difference => difference.Name, StringComparer.Ordinal)];
    }
}
