using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A repair of a store.</summary>
/// <remarks>Events are copied to <c>&lt;folder&gt;/aside/&lt;time&gt;/</c> before they are deleted from the log, the last one first. Therefore,
/// a repair that was terminated can be repeated.</remarks>
internal sealed partial class StoreRepair(IArtifactStore store, RepairOptions options, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxSize = 256 << 20;
    private readonly string _time = timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
    private readonly List<RepairAction> _actions = [];

    public async Task<IReadOnlyList<RepairAction>> RunAsync(IReadOnlyList<IRecordKind> records, CancellationToken cancellationToken)
    {
        foreach (var kind in records)
        {
            await foreach (var reading in kind.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (options.Record is null || options.Record == reading.Folder)
                {
                    await RepairAsync(kind, reading, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return _actions;
    }

    private async Task RepairAsync(IRecordKind kind, ReplayedRecord reading, CancellationToken cancellationToken)
    {
        if (reading.CheckpointFault is { } fault && StoreFault.Of(fault, reading.Owner, null).Path is { } checkpoint)
        {
            await TryAsync(
                RepairKind.DeleteCheckpoint,
                checkpoint,
                $"{fault.Message} The state is computed from the events.",
                () => store.DeleteAsync(checkpoint, cancellationToken)).ConfigureAwait(false);
        }

        if (reading.Damage is { } damage)
        {
            await RepairAsync(kind, reading, damage, cancellationToken).ConfigureAwait(false);
        }
        else if (kind is IRemovableRecords { IsReproducible: true } steps && options.Record is not null && reading.References.Count > 0)
        {
            await TryAsync(
                RepairKind.ResetStep,
                reading.Folder,
                $"The {reading.Owner} is reset and runs again when it is needed.",
                () => steps.RetireAsync(reading.Folder, "repair", cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task RepairAsync(IRecordKind kind, ReplayedRecord reading, MlOpsException damage, CancellationToken cancellationToken)
    {
        if (damage is DocumentFormatException { IsFromNewerVersion: true })
        {
            return; // the record is not damaged: a newer version wrote it
        }

        var events = await ListEventsAsync(reading.Folder, cancellationToken).ConfigureAwait(false);
        if (kind.IsReproducible && kind is IRemovableRecords)
        {
            await TryAsync(
                RepairKind.ResetStep,
                reading.Folder,
                $"{damage.Message} The {reading.Owner} is reset and runs again when it is needed. Its events are moved to '{AsideOf(reading.Folder)}'.",
                () => MoveAsideAsync(kind, reading.Folder, events, cancellationToken)).ConfigureAwait(false);
            return;
        }

        var sound = await CountSoundAsync(reading.Folder, damage, cancellationToken).ConfigureAwait(false);
        var tail = events.Where(sequence => sequence > sound).ToList();
        if (sound > 0 && tail.Count > 0
            && await TryAsync(
                RepairKind.TruncateLog,
                EventPath.Of(reading.Folder, tail[0]),
                $"{damage.Message} The {reading.Owner} is restored to its state after event {sound}. Its events {tail[0]} to {tail[^1]} no longer "
                + "count, and content that only they reference becomes garbage. "
                + $"The events are moved to '{AsideOf(reading.Folder)}'. Stop the writers of the record before the repair, and restart them afterwards.",
                () => MoveAsideAsync(kind, reading.Folder, tail, cancellationToken)).ConfigureAwait(false))
        {
            return;
        }

        await TryAsync(
            RepairKind.ArchiveRecord,
            reading.Folder,
            $"{damage.Message} The {reading.Owner} is removed, and content that only it references becomes garbage. Its events are "
            + $"moved to '{AsideOf(reading.Folder)}'.",
            () => MoveAsideAsync(kind, reading.Folder, events, cancellationToken)).ConfigureAwait(false);
    }

    private ArtifactPath AsideOf(ArtifactPath folder) => folder.Append($"aside/{_time}");

    /// <summary>Adds a repair to the result if its kind is selected, and makes the repair unless this is a dry run.</summary>
    /// <returns><see langword="true"/> if the repair was made; otherwise, <see langword="false"/>.</returns>
    private async Task<bool> TryAsync(RepairKind kind, ArtifactPath path, string consequence, Func<Task> repair)
    {
        if (options.Kinds.Count > 0 && !options.Kinds.Contains(kind))
        {
            return false;
        }

        _actions.Add(new RepairAction(kind, path, consequence));
        if (options.DryRun)
        {
            return false;
        }

        await repair().ConfigureAwait(false);
        LogRepaired(kind, path, consequence);
        return true;
    }

    private async Task<List<long>> ListEventsAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        var events = new List<long>();
        try
        {
            await foreach (var entry in store.ListAsync(folder.Append("log"), cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (EventPath.TryParse(entry.Path, out _, out var sequence))
                {
                    events.Add(sequence);
                }
            }
        }
        catch (ArtifactIntegrityException exception) when (EventPath.TryParse(exception.Path, out _, out var sequence))
        {
            // The store lists the other events first. If several events are damaged, the repair has to be repeated.
            events.Add(sequence);
            events.Sort();
        }

        return events;
    }

    /// <summary>Counts the valid events from the beginning of the log.</summary>
    private async Task<long> CountSoundAsync(ArtifactPath folder, MlOpsException damage, CancellationToken cancellationToken)
    {
        Sha256Digest? previous = null;
        for (var sequence = 1L; ; sequence++)
        {
            var path = EventPath.Of(folder, sequence);
            if (damage is DocumentFormatException document && document.Path == path)
            {
                return sequence - 1;
            }

            try
            {
                var bytes = await store.ReadBytesAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
                using var json = JsonDocument.Parse(bytes);
                if (!json.RootElement.TryGetProperty("sequence", out var number) || !number.TryGetInt64(out var value) || value != sequence
                    || json.RootElement.GetProperty("previous").GetString() != previous?.ToString())
                {
                    return sequence - 1;
                }

                previous = Sha256Digest.Of(bytes);
            }
            catch (Exception exception) when (
                exception is ArtifactIntegrityException or ArtifactNotFoundException or JsonException or InvalidOperationException or KeyNotFoundException)
            {
                return sequence - 1; // the repair reports this damage
            }
        }
    }

    private async Task MoveAsideAsync(IRecordKind kind, ArtifactPath folder, IReadOnlyList<long> events, CancellationToken cancellationToken)
    {
        foreach (var sequence in events)
        {
            await CopyAsideAsync(folder, EventPath.Of(folder, sequence), cancellationToken).ConfigureAwait(false);
        }

        foreach (var checkpoint in CheckpointNames.All)
        {
            await store.DeleteAsync(folder.Append(checkpoint), cancellationToken).ConfigureAwait(false);
        }

        foreach (var sequence in events.Reverse())
        {
            await store.DeleteAsync(EventPath.Of(folder, sequence), cancellationToken).ConfigureAwait(false);
        }

        // The index is a cache that may include the moved events. The next listing rebuilds it.
        var entries = store.ListAsync(IndexPaths.Folder(kind.Kind), cancellationToken: cancellationToken);
        var index = await entries.ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in index)
        {
            await store.DeleteAsync(entry.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CopyAsideAsync(ArtifactPath folder, ArtifactPath path, CancellationToken cancellationToken)
    {
        var target = AsideOf(folder).Append(path.Name);
        try
        {
            // The store does not verify ranges, so damaged bytes are copied too.
            var range = new ArtifactReadOptions { Range = new ArtifactRange(0, MaxSize) };
            var content = await store.OpenReadAsync(path, range, cancellationToken).ConfigureAwait(false);
            await using var _ = content!.ConfigureAwait(false);
            using var bytes = new MemoryStream();
            await content!.Stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            await store.WriteBytesAsync(target, bytes.ToArray(), new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            var reason = Encoding.UTF8.GetBytes(exception.Message);
            var note = AsideOf(folder).Append(path.Name + ".txt");
            await store.WriteBytesAsync(note, reason, new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(219, LogLevel.Warning, "Repaired '{Path}' ({Kind}): {Consequence}")]
    private partial void LogRepaired(RepairKind kind, ArtifactPath path, string consequence);
}
