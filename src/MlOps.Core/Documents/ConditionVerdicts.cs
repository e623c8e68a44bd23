using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Stores the results of <see cref="IConditionProbe"/> in the store, so that each server is probed once per store and not once per
/// process.</summary>
/// <remarks>The document is a cache and is written unconditionally. If it is missing, damaged or for another server, the server is probed
/// again.</remarks>
internal sealed partial class ConditionVerdicts
{
    private const int MaxSize = 1 << 16;

    /// <summary>A bucket may have several addresses.</summary>
    private const int MaxVerdicts = 16;

    private readonly IArtifactStore _store;
    private readonly IConditionProbe _probe;
    private readonly ILogger _logger;

    private ConditionVerdicts(IArtifactStore store, IConditionProbe probe, ILogger logger)
    {
        _store = store;
        _probe = probe;
        _logger = logger;
    }

    /// <summary>Gets the path of the document.</summary>
    public static ArtifactPath Path { get; } = ArtifactPath.Parse("mlops-conditions.json");

    /// <summary>Configures a store to save the results of probes, if the store probes its server.</summary>
    /// <returns>The same store.</returns>
    public static IArtifactStore KeepFor(IArtifactStore store, ILogger logger)
    {
        if (store.GetService(typeof(IConditionProbe)) is IConditionProbe probe)
        {
            var verdicts = new ConditionVerdicts(store, probe, logger);
            probe.UseVerdicts(verdicts.FindAsync, verdicts.SaveAsync);
        }

        return store;
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(verdict => verdict.Target == _probe.Target)?.Verdict;

    private async Task SaveAsync(string verdict, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (known.FirstOrDefault(other => other.Target == _probe.Target) is { } refused)
        {
            LogRefused(Path, refused.Verdict, _probe.Target);
        }

        var others = known.Where(other => other.Target != _probe.Target).TakeLast(MaxVerdicts - 1);
        var document = new ConditionVerdictsDocument { Format = StoredDocument.Format, Verdicts = [.. others, new ConditionVerdict(_probe.Target, verdict)] };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, StoreJson.Default.ConditionVerdictsDocument);
        try
        {
            var options = new ArtifactWriteOptions { ContentType = StoredDocument.ContentType };
            await _store.WriteBytesAsync(Path, bytes, options, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotSaved(exception, Path);
        }
    }

    private async Task<IReadOnlyList<ConditionVerdict>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await StoredDocument.TryReadAsync(_store, Path, MaxSize, cancellationToken).ConfigureAwait(false);
            var verdicts = bytes is null ? [] : StoredDocument.Parse(Path, bytes, StoreJson.Default.ConditionVerdictsDocument).Verdicts;
            return verdicts.All(static verdict => verdict is { Target: not null, Verdict: not null })
                ? verdicts
                : throw new DocumentFormatException(Path, "an entry has no target or no verdict. Delete it.");
        }
        catch (MlOpsException exception)
        {
            LogUnreadable(exception, Path);
            return [];
        }
    }

    [LoggerMessage(106, LogLevel.Warning,
        "The results of probes of conditional writes in '{Path}' cannot be read. The server is probed. If this warning is repeated, delete the document.")]
    private partial void LogUnreadable(Exception exception, ArtifactPath path);

    [LoggerMessage(107, LogLevel.Warning,
        "The result '{Verdict}' of the probe of '{Target}' in '{Path}' is not valid. The server was probed again, and the result is replaced.")]
    private partial void LogRefused(ArtifactPath path, string verdict, string target);

    [LoggerMessage(108, LogLevel.Warning,
        "The result of the probe of conditional writes could not be saved in '{Path}'. Each process probes the server until the document can be written.")]
    private partial void LogNotSaved(Exception exception, ArtifactPath path);
}
