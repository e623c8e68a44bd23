using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Merges the objects of closed windows into one object for each window, and deletes old windows and statuses.</summary>
/// <remarks>
/// <para>Thread-safe. Any number of processes may run it at the same time, and it may be interrupted at any time.</para>
/// <para>
/// A merged object names the objects that it contains, and is written only if no object has its name. The generation in its name is one more than that of the
/// merged object that it replaces, so of several concurrent merges one succeeds. The contained objects are deleted afterwards. Readers skip objects that a
/// merged object names, so a prediction is counted once at any time.
/// </para>
/// </remarks>
internal sealed partial class WindowMaintenance(IArtifactStore store, TimeProvider timeProvider, ILogger<WindowMaintenance> logger)
{
    /// <summary>The time after the end of a window during which instances may still write it.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);

    /// <summary>The time after which an object that its instance did not end is merged: the instance was killed.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_maxLength = TimeSpan.FromDays(1);

    /// <summary>The time after which the status of an instance that ended cleanly is deleted.</summary>
    private static readonly TimeSpan s_ended = TimeSpan.FromDays(1);
    private readonly ILogger _logger = logger;
    private readonly WindowStore _windows = new(store, timeProvider);
    private readonly StatusStore _statuses = new(store);

    /// <summary>Merges closed windows, and deletes windows and statuses that are older than the retention.</summary>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="retention">The age at which windows are deleted.</param>
    /// <param name="cancellationToken">A token that cancels the work.</param>
    public async Task RunAsync(string model, TimeSpan retention, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        foreach (var version in await _windows.ReadVersionsAsync(model, cancellationToken).ConfigureAwait(false))
        {
            await DeleteOldAsync(model, version, now - retention, cancellationToken).ConfigureAwait(false);
            foreach (var folder in await FindSeveralAsync(model, version, now, cancellationToken).ConfigureAwait(false))
            {
                await MergeAsync(folder, now, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var status in (await _statuses.ReadAsync(model, cancellationToken).ConfigureAwait(false)).Instances)
        {
            if (status.Updated < now - (status.Ended is null ? retention : s_ended))
            {
                await _statuses.DeleteAsync(status, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds windows with more than one object that ended some time ago, without reading the objects.</summary>
    private async Task<IReadOnlyList<ArtifactPath>> FindSeveralAsync(string model, int version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<DateTimeOffset, int>();
        await foreach (var entry in ListAsync(model, version, cancellationToken).ConfigureAwait(false))
        {
            if (WindowPaths.TryParse(entry.Path, out var key) && key.Start < now - s_grace)
            {
                counts[key.Start] = counts.GetValueOrDefault(key.Start) + 1;
            }
        }

        return [.. counts.Where(static count => count.Value > 1).Select(count => WindowPaths.Window(model, version, count.Key))];
    }

    private async Task MergeAsync(ArtifactPath path, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var folder = await WindowFolder.ReadAsync(store, path, cancellationToken).ConfigureAwait(false);

        // These remain if an earlier run was interrupted.
        await DeleteAsync(folder.Contained, cancellationToken).ConfigureAwait(false);
        foreach (var fault in folder.Faults)
        {
            LogFault(fault);
        }

        var mergeable = new WindowFolder
        {
            Objects = [.. folder.Objects.Where(item => item.Content.Header.End < now - (item.Content.Header.IsFinal ? s_grace : s_abandoned))],
            Contained = [],
            Generation = folder.Generation,
            Faults = [],
        };
        var generation = folder.Generation;
        foreach (var (content, paths) in mergeable.Merge().Contents.Where(static merged => merged.Paths.Count > 1))
        {
            generation++;
            if (!await TryWriteAsync(content, paths, generation, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await DeleteAsync(paths, cancellationToken).ConfigureAwait(false);
            LogMerged(paths.Count, path);
        }
    }

    private async Task<bool> TryWriteAsync(WindowContent content, IReadOnlyList<ArtifactPath> paths, int generation, CancellationToken cancellationToken)
    {
        var header = content.Header;
        var merged = new WindowContent
        {
            Header = header.ToMerged(paths.Select(static path => path.Name)),
            Inputs = content.Inputs,
            Outputs = content.Outputs,
            Latency = content.Latency,
        };
        try
        {
            await store.WriteBytesAsync(
                WindowPaths.Merged(header.Model, header.Version, header.Start, generation),
                WindowFile.Write(merged),
                new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ArtifactExistsException)
        {
            // Another process merges the same window.
            return false;
        }
    }

    private async Task DeleteOldAsync(string model, int version, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = new List<ArtifactPath>();
        await foreach (var entry in ListAsync(model, version, cancellationToken).ConfigureAwait(false))
        {
            if (WindowPaths.TryParse(entry.Path, out var key))
            {
                if (key.Start >= before - s_maxLength)
                {
                    break;
                }

                old.Add(entry.Path);
            }
        }

        await DeleteAsync(old, cancellationToken).ConfigureAwait(false);
        if (old.Count > 0)
        {
            LogDeleted(old.Count, version, model, before);
        }
    }

    private IAsyncEnumerable<ArtifactEntry> ListAsync(string model, int version, CancellationToken cancellationToken) => store.ListReadableAsync(
        WindowPaths.Windows(model, version), null, damage => LogUnlisted(damage, model), cancellationToken);

    private async Task DeleteAsync(IEnumerable<ArtifactPath> paths, CancellationToken cancellationToken)
    {
        foreach (var path in paths)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(724, LogLevel.Debug, "{Count} objects of the window '{Path}' were merged.")]
    private partial void LogMerged(int count, ArtifactPath path);

    [LoggerMessage(725, LogLevel.Information, "{Count} window objects of version {Version} of the model '{Model}' from before {Time:u} were deleted.")]
    private partial void LogDeleted(int count, int version, string model, DateTimeOffset time);

    [LoggerMessage(726, LogLevel.Warning, "A window was merged without one of its objects. {Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(772, LogLevel.Warning,
        "A window object of the model '{Model}' is too damaged to be listed, so it is neither merged nor deleted. Restore the file, or delete it.")]
    private partial void LogUnlisted(Exception exception, string model);
}
