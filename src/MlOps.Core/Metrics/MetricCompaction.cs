using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Lists the segments of a folder and puts small ones together.</summary>
/// <remarks>
/// First the wider segment is written, then those that it covers are deleted; whoever lists meanwhile ignores what a wider one covers. So a reader finds every point once at any time, and
/// a compaction that broke off is ended by the next.
/// </remarks>
internal sealed class MetricCompaction(IArtifactStore store, ArtifactPath folder, IReadOnlyList<RetiredSteps> retired)
{
    /// <summary>The most points that are put together: a quarter of a million takes some 60 MiB while it is done.</summary>
    public const int MaxPoints = 1 << 18;

    private const long MaxSize = 64 << 20;
    private long _full;

    /// <summary>Lists the segments that hold all points, each once, in their order.</summary>
    public async Task<IReadOnlyList<MetricSegmentName>> ListAsync(CancellationToken cancellationToken) =>
        [.. WithoutCovered(await ListAllAsync(cancellationToken).ConfigureAwait(false))];

    /// <summary>Puts neighbours together as long as they are small.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var all = await ListAllAsync(cancellationToken).ConfigureAwait(false);
        var live = WithoutCovered(all).ToArray();
        await DeleteAsync(all.Except(live), cancellationToken).ConfigureAwait(false);

        var group = new Group();
        foreach (var segment in live.Where(segment => segment.First > _full))
        {
            var path = segment.In(folder);
            if (await MetricSegment.TryReadAsync(store, path, cancellationToken).ConfigureAwait(false) is not var (document, size))
            {
                return; // somebody else compacts
            }

            if (!group.Fits(document, size) || (group.Segments.Count > 0 && IsRetiredWithin(group.Name.First, segment.Last)))
            {
                await MergeAsync(group, cancellationToken).ConfigureAwait(false);
                _full = group.Name.Last;
                group = new Group();
            }

            group.Add(segment, path, document, size);
        }

        await MergeAsync(group, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Determines whether a retirement applies to some of the batches only; a segment with them all could not be read any more.</summary>
    private bool IsRetiredWithin(long first, long last) => retired.Any(steps => steps.Batch >= first && steps.Batch < last);

    private async Task MergeAsync(Group group, CancellationToken cancellationToken)
    {
        if (group.Segments.Count < 2)
        {
            return;
        }

        var bytes = group.Points.Build().ToBytes();
        var options = new ArtifactWriteOptions { ContentType = MetricSegment.ContentType, ExpectedSha256 = Sha256Digest.Of(bytes) };
        await store.WriteBytesAsync(group.Name.In(folder), bytes, options, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(group.Segments, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteAsync(IEnumerable<MetricSegmentName> segments, CancellationToken cancellationToken)
    {
        foreach (var segment in segments)
        {
            await store.DeleteAsync(segment.In(folder), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<MetricSegmentName>> ListAllAsync(CancellationToken cancellationToken)
    {
        var segments = new List<MetricSegmentName>();
        await foreach (var entry in store.ListAsync(folder, null, cancellationToken).ConfigureAwait(false))
        {
            if (MetricSegmentName.TryParse(entry.Path, folder, out var name))
            {
                segments.Add(name.Value);
            }
        }

        return segments;
    }

    private static IEnumerable<MetricSegmentName> WithoutCovered(IEnumerable<MetricSegmentName> segments)
    {
        var covered = 0L;
        foreach (var segment in segments.OrderBy(static segment => segment.First).ThenByDescending(static segment => segment.Last))
        {
            if (segment.Last > covered)
            {
                covered = segment.Last;
                yield return segment;
            }
        }
    }

    /// <summary>Neighbours that become one segment, within what a process has memory for.</summary>
    private sealed class Group
    {
        private long _size;

        public List<MetricSegmentName> Segments { get; } = [];

        public MetricSegmentBuilder Points { get; } = new();

        public MetricSegmentName Name => new(Segments[0].First, Segments[^1].Last);

        public bool Fits(MetricSegment segment, long size) =>
            Segments.Count == 0 || (_size + size <= MaxSize && Points.Count + segment.Series.Sum(static column => column.Values.Count) <= MaxPoints);

        public void Add(MetricSegmentName name, ArtifactPath path, MetricSegment segment, long size)
        {
            Segments.Add(name);
            Points.Add(path, segment);
            _size += size;
        }
    }
}
