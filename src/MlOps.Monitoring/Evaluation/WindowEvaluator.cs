using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Evaluates the windows of a version that have changed since their last evaluation, and stores the evaluations.</summary>
/// <remarks>Thread-safe. Several processes may evaluate the same windows; they compute the same evaluations from the same documents.</remarks>
internal sealed partial class WindowEvaluator(
    IArtifactStore store,
    WindowStore windows,
    EvaluationStore evaluations,
    BaselineCache baselines,
    QualityPass quality,
    ILogger<WindowEvaluator> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Evaluates windows.</summary>
    /// <param name="version">The version.</param>
    /// <param name="options">The options of the model.</param>
    /// <param name="from">The start of the first window to consider.</param>
    /// <param name="until">The time at which a window must have ended.</param>
    /// <param name="cancellationToken">Cancels the evaluation. Completed evaluations are kept.</param>
    /// <returns>The evaluations of all windows since <paramref name="from"/>, stored ones and new ones, ordered by start.</returns>
    public async Task<IReadOnlyList<WindowEvaluation>> EvaluateAsync(
        ModelVersion version, MonitoringOptions options, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (model, number) = (version.Model, version.Number);
        var known = new Dictionary<DateTimeOffset, WindowEvaluation>();
        await foreach (var evaluation in evaluations.ReadAsync(model, number, from, DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            known[evaluation.Start] = evaluation;
        }

        var baseline = await baselines.GetAsync(version, cancellationToken).ConfigureAwait(false);
        var current = new SortedDictionary<DateTimeOffset, WindowEvaluation>();
        var changed = new HashSet<DateTimeOffset>();
        foreach (var (start, objects) in await FindWindowsAsync(version, options.Drift, from, cancellationToken).ConfigureAwait(false))
        {
            if (known.TryGetValue(start, out var stored) && stored.Objects == objects && stored.End <= until)
            {
                current.Add(start, stored);
            }
            else if (await CompareAsync(model, number, start, objects, until, options, baseline, cancellationToken).ConfigureAwait(false) is { } evaluation)
            {
                current.Add(start, evaluation);
                changed.Add(start);
            }
        }

        await ComputeQualityAsync(version, options, baseline, current, changed, cancellationToken).ConfigureAwait(false);
        foreach (var start in changed)
        {
            await evaluations.WriteAsync(current[start], cancellationToken).ConfigureAwait(false);
        }

        return [.. current.Values];
    }

    /// <summary>Finds the windows of a version, each with the digest of its objects, from a listing alone.</summary>
    private async Task<SortedDictionary<DateTimeOffset, string>> FindWindowsAsync(
        ModelVersion version, DriftOptions options, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var model = version.Model;
        var basis = BasisOf(version, JsonSerializer.Serialize(options, SettingsJson.Default.DriftOptions));
        var objects = new SortedDictionary<DateTimeOffset, StringBuilder>();
        var folder = WindowPaths.Windows(model, version.Number);
        var entries = store.ListReadableAsync(folder, folder.Append(WindowPaths.Format(from)), damage => LogDamaged(damage, model), cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            if (WindowPaths.TryParse(entry.Path, out var key))
            {
                if (!objects.TryGetValue(key.Start, out var names))
                {
                    objects.Add(key.Start, names = new StringBuilder(basis));
                }

                names.Append(entry.Path.Name).Append(' ').Append(entry.ETag).Append('\n');
            }
        }

        var digests = new SortedDictionary<DateTimeOffset, string>();
        foreach (var (start, names) in objects)
        {
            digests.Add(start, Digest(names.ToString()));
        }

        return digests;
    }

    private async Task<WindowEvaluation?> CompareAsync(
        string model,
        int version,
        DateTimeOffset start,
        string objects,
        DateTimeOffset until,
        MonitoringOptions options,
        Baseline? baseline,
        CancellationToken cancellationToken)
    {
        var parts = new List<MonitoringWindow>();
        await foreach (var window in windows.ReadAsync(model, start, start.AddTicks(1), version, cancellationToken).ConfigureAwait(false))
        {
            if (window.Start == start)
            {
                parts.Add(window);
            }
        }

        if (parts.Count == 0 || parts.Any(part => part.End > until))
        {
            return null;
        }

        // Instances that serve a version with different row types have different columns, which cannot be merged.
        var main = parts.MaxBy(static part => part.Predictions)!;
        var others = parts.Sum(static part => part.Predictions) - main.Predictions;
        var faults = parts.SelectMany(static part => part.Faults).Distinct();
        var detector = new DriftDetector(options.Drift);
        return new WindowEvaluation
        {
            Model = model,
            Version = version,
            Start = start,
            End = main.End,
            Objects = objects,
            Predictions = parts.Sum(static part => part.Predictions),
            Rejected = parts.Sum(static part => part.Rejected),
            Flagged = parts.Sum(static part => part.Flagged),
            Dropped = parts.Sum(static part => part.Dropped),
            LatencyP99 = main.Latency is { Values: > 0 } latency ? latency.Quantile(0.99) : null,
            Inputs = baseline is null || main.Inputs.Rows == 0 ? null : detector.Compare(baseline.Inputs, main.Inputs),
            Outputs = baseline?.Outputs is null || main.Outputs.Rows == 0 ? null : detector.Compare(baseline.Outputs, main.Outputs),
            Faults = others == 0
                ? [.. faults]
                :
                [
                    .. faults,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{others} predictions have other columns than the rest of the window, and are not compared. Use the same row types in all instances."),
                ],
        };
    }

    /// <summary>Computes the quality of the windows whose outcomes or predictions have changed, in one pass over the log.</summary>
    private async Task ComputeQualityAsync(
        ModelVersion version,
        MonitoringOptions options,
        Baseline? baseline,
        SortedDictionary<DateTimeOffset, WindowEvaluation> current,
        HashSet<DateTimeOffset> changed,
        CancellationToken cancellationToken)
    {
        if (!options.Log.Enabled || current.Count == 0)
        {
            return;
        }

        var digests = await DigestLogAsync(version, options.Quality, current.Values, cancellationToken).ConfigureAwait(false);
        (DateTimeOffset Start, DateTimeOffset End)[] stale =
        [
            .. current.Values.Where(item => item.Outcomes != digests[item.Start] || changed.Contains(item.Start))
                .Select(static item => (item.Start, item.End)),
        ];
        var results = await quality.RunAsync(version.Model, version.Number, stale, options.Quality, baseline, findUnknown: false, cancellationToken)
            .ConfigureAwait(false);
        foreach (var (start, result) in results)
        {
            current[start] = current[start] with { Outcomes = digests[start], Quality = result };
            changed.Add(start);
        }
    }

    /// <summary>Computes the digests of the documents and settings on which the quality of windows depends, by the start of the window.</summary>
    /// <remarks>Other instances write the predictions of a window to the log up to <see cref="LogOptions.MaxFileAge"/> after its end.</remarks>
    private async Task<Dictionary<DateTimeOffset, string>> DigestLogAsync(
        ModelVersion version, QualityOptions options, IReadOnlyCollection<WindowEvaluation> evaluations, CancellationToken cancellationToken)
    {
        var model = version.Model;
        var outcomes = new StringBuilder(BasisOf(version, JsonSerializer.Serialize(options, SettingsJson.Default.QualityOptions)));
        var entries = store.ListReadableAsync(ArtifactPath.Parse($"outcomes/{model}"), null, damage => LogDamaged(damage, model), cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            outcomes.Append(entry.Path).Append(' ').Append(entry.ETag).Append('\n');
        }

        // The quality pass reports damaged files of the log.
        var days = new Dictionary<DateOnly, StringBuilder>();
        var files = LogListing.ListAsync(
            store, LogPaths.Predictions, model, FirstDay(evaluations.First()), evaluations.Max(LastDay), [], cancellationToken);
        await foreach (var path in files.ConfigureAwait(false))
        {
            var day = LogPaths.FindDay(path)!.Value;
            if (!days.TryGetValue(day, out var names))
            {
                days.Add(day, names = new StringBuilder());
            }

            names.Append(path.Name).Append('\n');
        }

        var common = Digest(outcomes.ToString());
        return evaluations.ToDictionary(static item => item.Start, item =>
        {
            var text = new StringBuilder(common);
            for (var day = FirstDay(item); day <= LastDay(item); day = day.AddDays(1))
            {
                text.Append('\n').Append(days.GetValueOrDefault(day));
            }

            return Digest(text.ToString());
        });

        static DateOnly FirstDay(WindowEvaluation item) => LogPaths.DayOf(item.Start.UtcTicks);
        static DateOnly LastDay(WindowEvaluation item) => LogPaths.DayOf(Math.Max(item.Start.UtcTicks, item.End.UtcTicks - 1));
    }

    /// <summary>Gets the text for the version and the settings.</summary>
    private static string BasisOf(ModelVersion version, string settings) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Created.UtcTicks} {settings}\n");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [LoggerMessage(771, LogLevel.Warning,
        "A file of the monitoring of the model '{Model}' is too damaged to be listed. The evaluation skips it. Restore the file, or delete it.")]
    private partial void LogDamaged(Exception exception, string model);
}
