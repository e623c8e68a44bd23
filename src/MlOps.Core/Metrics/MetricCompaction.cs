using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Lists the segments of a folder and merges small ones.</summary>
/// <remarks>
/// <para>Merging copies the compressed columns without decompressing them; see <see cref="MetricSegmentFrame"/>. Segments of earlier versions of the
/// library, which are single gzip members, are not merged.</para>
/// <para>The merged segment is written before the original segments are deleted. Readers ignore segments that a wider segment covers. Therefore readers
/// return each point exactly once at any time, and the next compaction completes an interrupted one.</para>
/// </remarks>
internal sealed class MetricCompaction(IArtifactStore store, ArtifactPath folder, IReadOnlyList<RetiredSteps> retired)
{
    /// <summary>The maximum size of a merged segment in bytes. A compaction holds it in memory.</summary>
    public const int MaxSize = 4 << 20;

    /// <summary>The maximum size of the decompressed JSON of a merged segment, because earlier versions of the library read it as a whole.</summary>
    private const long MaxJsonSize = 64 << 20;
    /// <summary>The last batch that no later compaction merges, because the segments up to it are full.</summary>
    private long _lastFullBatch;

    /// <summary>Lists the segments in order, without segments that a wider segment covers. The result contains each point exactly once.</summary>
    public async Task<IReadOnlyList<MetricSegmentName>> ListAsync(CancellationToken cancellationToken) =>
        MetricSegmentName.WithoutCovered((await ListAllAsync(cancellationToken).ConfigureAwait(false)).Keys);

    /// <summary>Merges adjacent small segments. Segments are adjacent if no batch between them was deleted.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var sizes = await ListAllAsync(cancellationToken).ConfigureAwait(false);
        var live = MetricSegmentName.WithoutCovered(sizes.Keys);
        await DeleteAsync(sizes.Keys.Except(live), cancellationToken).ConfigureAwait(false);

        using var merged = new PooledBuffer();
        var groups = GroupBySize(live.Where(segment => segment.First > _lastFullBatch), sizes);
        foreach (var group in groups)
        {
            if (group.Count > 1 && !await TryMergeAsync(group, merged, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            _lastFullBatch = group == groups[^1] ? _lastFullBatch : group[^1].Last;
        }
    }

    private List<List<MetricSegmentName>> GroupBySize(IEnumerable<MetricSegmentName> segments, Dictionary<MetricSegmentName, long> sizes)
    {
        var groups = new List<List<MetricSegmentName>>();
        var size = 0L;
        foreach (var segment in segments)
        {
            size += sizes[segment];
            if (groups.Count == 0 || size > MaxSize || segment.First != groups[^1][^1].Last + 1 || IsRetiredWithin(groups[^1][0].First, segment.Last))
            {
                groups.Add([]);
                size = sizes[segment];
            }

            groups[^1].Add(segment);
        }

        return groups;
    }

    /// <summary>Determines whether steps are retired in only some of the batches. These batches must not be merged, because readers could not
    /// distinguish them in a merged segment.</summary>
    private bool IsRetiredWithin(long first, long last) => retired.Any(steps => steps.Batch >= first && steps.Batch < last);

    /// <summary>Merges a group of segments.</summary>
    /// <returns><see langword="false"/> if retention or another process deleted one of the segments.</returns>
    private async Task<bool> TryMergeAsync(List<MetricSegmentName> group, PooledBuffer merged, CancellationToken cancellationToken)
    {
        merged.Clear();
        merged.GetSpan(MaxSize); // allocate once instead of growing in steps
        using var segment = new PooledBuffer();
        var (parts, size) = (new List<MetricSegmentName>(), 0L);
        foreach (var name in group)
        {
            if (!await MetricSegmentReader.TryLoadAsync(store, name.In(folder), segment, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            var canMerge = MetricSegmentFrame.TryGetJsonSize(segment.WrittenSpan, out var jsonSize);
            if (parts.Count > 0 && (!canMerge || size + jsonSize > MaxJsonSize))
            {
                await WriteAsync(merged, parts, size, cancellationToken).ConfigureAwait(false);
                merged.Clear();
                parts.Clear();
                size = 0;
            }

            if (canMerge)
            {
                MetricSegmentFrame.Append(merged, segment.WrittenSpan);
                parts.Add(name);
                size += jsonSize;
            }
        }

        await WriteAsync(merged, parts, size, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task WriteAsync(PooledBuffer merged, List<MetricSegmentName> parts, long size, CancellationToken cancellationToken)
    {
        if (parts.Count < 2)
        {
            return;
        }

        MetricSegmentFrame.Close(merged, size);
        using var content = merged.OpenRead();
        var options = new ArtifactWriteOptions { ContentType = MetricSegmentReader.ContentType, ExpectedSha256 = Sha256Digest.Of(merged.WrittenSpan) };
        await store.WriteAsync(new MetricSegmentName(parts[0].First, parts[^1].Last).In(folder), content, options, cancellationToken).ConfigureAwait(false);
        await DeleteAsync(parts, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeleteAsync(IEnumerable<MetricSegmentName> segments, CancellationToken cancellationToken)
    {
        foreach (var segment in segments)
        {
            await store.DeleteAsync(segment.In(folder), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<MetricSegmentName, long>> ListAllAsync(CancellationToken cancellationToken)
    {
        var segments = new Dictionary<MetricSegmentName, long>();
        await foreach (var entry in store.ListAsync(folder, null, cancellationToken).ConfigureAwait(false))
        {
            if (MetricSegmentName.TryParse(entry.Path, folder, out var name))
            {
                segments.Add(name.Value, entry.Size);
            }
        }

        return segments;
    }
}
