using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Stores the evaluations of windows.</summary>
/// <remarks>Thread-safe. An evaluation is derived from other documents, so the last of concurrent writes wins, and a damaged one is computed again.</remarks>
internal sealed partial class EvaluationStore(IArtifactStore store, ILogger<EvaluationStore> logger)
{
    private const string TimeFormat = "yyyyMMdd't'HHmmss";
    private readonly ILogger _logger = logger;

    /// <summary>Reads the evaluations of windows that start in a period.</summary>
    /// <returns>The evaluations in the order of their starts.</returns>
    public async IAsyncEnumerable<WindowEvaluation> ReadAsync(
        string model, int version, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = FolderOf(model, version);
        var entries = store.ListReadableAsync(
            folder, folder.Append(Format(from)), damage => LogDamaged(damage, damage.Path), cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            if (!TryParse(entry.Path, out var start))
            {
                continue;
            }

            if (start >= to)
            {
                yield break;
            }

            if (await ReadAsync(entry.Path, cancellationToken).ConfigureAwait(false) is { } evaluation)
            {
                yield return evaluation;
            }
        }
    }

    /// <summary>Writes an evaluation. It replaces an earlier one of the same window.</summary>
    public async Task WriteAsync(WindowEvaluation evaluation, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(evaluation, EvaluationJson.Default.WindowEvaluation), writable: false);
        await store.WriteAsync(
            FolderOf(evaluation.Model, evaluation.Version).Append($"{Format(evaluation.Start)}.json"), stream, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Deletes the evaluations of windows that started before a time.</summary>
    public async Task DeleteAsync(string model, int version, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = new List<ArtifactPath>();
        var folder = FolderOf(model, version);
        await foreach (var entry in store.ListReadableAsync(folder, null, damage => LogDamaged(damage, damage.Path), cancellationToken)
            .ConfigureAwait(false))
        {
            if (TryParse(entry.Path, out var start) && start < before)
            {
                old.Add(entry.Path);
            }
        }

        foreach (var path in old)
        {
            await store.DeleteAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static ArtifactPath FolderOf(string model, int version) =>
        ArtifactPath.Parse(string.Create(CultureInfo.InvariantCulture, $"monitoring/{model}/evaluations/{version}"));

    private static string Format(DateTimeOffset start) => start.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static bool TryParse(ArtifactPath path, out DateTimeOffset start) => DateTimeOffset.TryParseExact(
        path.Name.EndsWith(".json", StringComparison.Ordinal) ? path.Name[..^5] : "",
        TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out start);

    private async Task<WindowEvaluation?> ReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            var evaluation = await JsonSerializer.DeserializeAsync(content.Stream, EvaluationJson.Default.WindowEvaluation, cancellationToken)
                .ConfigureAwait(false);
            if (evaluation?.Format == WindowEvaluation.CurrentFormat)
            {
                return evaluation;
            }

            LogFormat(path, evaluation?.Format ?? 0, WindowEvaluation.CurrentFormat);
        }
        catch (ArtifactNotFoundException)
        {
            // Another process has deleted it since it was listed.
        }
        catch (Exception exception) when (exception is JsonException or ArtifactIntegrityException)
        {
            LogDamaged(exception, path);
        }

        return null;
    }

    [LoggerMessage(762, LogLevel.Warning, "The evaluation '{Path}' is damaged and is computed again.")]
    private partial void LogDamaged(Exception exception, ArtifactPath path);

    [LoggerMessage(763, LogLevel.Warning,
        "The evaluation '{Path}' has the format {Format}, but this release reads format {Current}. It is computed again. Update the package in all services.")]
    private partial void LogFormat(ArtifactPath path, int format, int current);
}
