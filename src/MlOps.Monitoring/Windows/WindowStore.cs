using System.Globalization;
using System.Runtime.CompilerServices;
using MlOps.Monitoring.Profiles;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Reads the windows of a model, merged over all instances.</summary>
/// <remarks>Thread-safe. Instances may write and merge windows during a read. Each prediction is counted once.</remarks>
internal sealed class WindowStore(IArtifactStore store, TimeProvider timeProvider)
{
    private readonly StatusStore _statuses = new(store);

    /// <summary>Reads windows that overlap a period.</summary>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="from">The start of the period, inclusive.</param>
    /// <param name="to">The end of the period, exclusive.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for all versions.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>
    /// The windows, ordered by version and then by start. Open windows contain the predictions up to the last checkpoint. If instances served a version with
    /// different columns, there is one window for each set of columns. The faults of a window without a readable object are those of the readable window
    /// before or after it. A version without a readable window has a window without predictions.
    /// </returns>
    public async IAsyncEnumerable<MonitoringWindow> ReadAsync(
        string model, DateTimeOffset from, DateTimeOffset to, int? version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var statuses = (await _statuses.ReadAsync(model, cancellationToken).ConfigureAwait(false)).Instances;
        InstanceStatus[] unclean = [.. statuses.Where(status => status.EndedUncleanly(now))];
        var versions = version is { } only ? [only] : await ReadVersionsAsync(model, cancellationToken).ConfigureAwait(false);
        var first = from > DateTimeOffset.MinValue + WindowOptions.MaxLength ? from - WindowOptions.MaxLength : DateTimeOffset.MinValue;
        foreach (var number in versions)
        {
            (WindowContent Content, List<string> Faults)? last = null;
            (DateTimeOffset Start, List<string> Faults)? unreadable = null;
            foreach (var start in await ReadStartsAsync(model, number, first, to, cancellationToken).ConfigureAwait(false))
            {
                var folder = await WindowFolder.ReadAsync(store, WindowPaths.Window(model, number, start), cancellationToken).ConfigureAwait(false);
                var (contents, faults) = folder.Merge();
                if (contents.Count == 0 && start >= from)
                {
                    (last?.Faults ?? (unreadable ??= (start, [])).Faults).AddRange(folder.Faults);
                }

                foreach (var (content, _) in contents.Where(merged => merged.Content.Header.End > from))
                {
                    if (last is { } previous)
                    {
                        yield return ToWindow(previous.Content, previous.Faults);
                    }

                    last = (content, [.. unreadable?.Faults ?? [], .. folder.Faults, .. faults, .. FindFaults(content.Header, unclean)]);
                    unreadable = null;
                }
            }

            if (last is { } final)
            {
                yield return ToWindow(final.Content, final.Faults);
            }
            else if (unreadable is { } skipped)
            {
                var empty = new DataProfile(0, []);
                yield return new MonitoringWindow
                {
                    Model = model,
                    Version = number,
                    Start = skipped.Start,
                    End = skipped.Start,
                    Inputs = empty,
                    Outputs = empty,
                    Faults = skipped.Faults,
                };
            }
        }
    }

    /// <summary>Reads the numbers of the versions that have windows.</summary>
    /// <returns>The numbers in ascending order.</returns>
    public async Task<IReadOnlyList<int>> ReadVersionsAsync(string model, CancellationToken cancellationToken)
    {
        var folder = WindowPaths.Windows(model);
        var versions = new SortedSet<int>();
        for (ArtifactPath? after = null, next; ; after = next)
        {
            // The listing skips the other objects of the version.
            next = null;
            await foreach (var entry in store.ListReadableAsync(folder, after, damage => Add(damage.Path), cancellationToken).ConfigureAwait(false))
            {
                var end = folder.Append($"{Add(entry.Path)}/~");

                // A file of another program may follow the objects of the version.
                next = end == after ? entry.Path : end;
                break;
            }

            if (next is null)
            {
                return [.. versions];
            }
        }

        string Add(ArtifactPath path)
        {
            var name = path.ToString()[(folder.ToString().Length + 1)..].Split('/')[0];
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            {
                versions.Add(version);
            }

            return name;
        }
    }

    /// <summary>Reads the starts of the windows of a version that start in a period.</summary>
    /// <returns>The starts in ascending order.</returns>
    public async Task<IReadOnlyList<DateTimeOffset>> ReadStartsAsync(
        string model, int version, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var folder = WindowPaths.Windows(model, version);
        var starts = new SortedSet<DateTimeOffset>();
        var entries = store.ListReadableAsync(folder, folder.Append(WindowPaths.Format(from)), damage => TryAdd(damage.Path), cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            if (!TryAdd(entry.Path))
            {
                break;
            }
        }

        return [.. starts];

        bool TryAdd(ArtifactPath path)
        {
            if (!WindowPaths.TryParse(path, out var key))
            {
                return true;
            }

            if (key.Start >= from && key.Start < to)
            {
                starts.Add(key.Start);
            }

            return key.Start < to;
        }
    }

    private static MonitoringWindow ToWindow(WindowContent content, IReadOnlyList<string> faults) => new()
    {
        Model = content.Header.Model,
        Version = content.Header.Version,
        Start = content.Header.Start,
        End = content.Header.End,
        Predictions = content.Header.Predictions,
        Rejected = content.Header.Rejected,
        Flagged = content.Header.Flagged,
        Dropped = content.Header.Dropped,
        Inputs = content.Inputs,
        Outputs = content.Outputs,
        Latency = content.Latency?.Features[0],
        Instances = content.Header.Instances,
        Faults = faults,
    };

    private static IEnumerable<string> FindFaults(WindowHeader header, IEnumerable<InstanceStatus> unclean)
    {
        foreach (var status in unclean.Where(status => status.Updated >= header.Start && status.Updated < header.End
            && (header.Instances.Contains(status.Instance) || status.Versions.Any(version => version.Version == header.Version))))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The instance '{status.Instance}' did not end cleanly. Its predictions after {status.Updated.UtcDateTime:u} are not counted. "
                + $"The prediction log can lack earlier ones, too (see Log:MaxFileAge).");
        }

        if (header.Misdated > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The times of {header.Misdated} predictions differ from the monotonic clock of their instance, because its clock jumped. They may belong "
                + $"to another window. Synchronize the clock of the machine.");
        }

        if (header.Dropped > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{header.Dropped} predictions were not profiled, because the memory for waiting rows was used up. Raise Monitoring:Windows:QueueMemory.");
        }
    }
}
