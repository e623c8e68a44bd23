using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Stores points as segments in a folder of an artifact store. Each batch is one artifact until compaction merges the artifacts.</summary>
/// <remarks>A folder may have one writer at a time, and any number of concurrent readers.</remarks>
/// <param name="store">The store.</param>
/// <param name="folder">The folder of the segments.</param>
/// <param name="retired">The points that readers skip; <see langword="null"/> for none.</param>
internal sealed class MetricSegments(IArtifactStore store, ArtifactPath folder, IReadOnlyList<RetiredSteps>? retired = null)
{
    /// <summary>The maximum number of points in a batch.</summary>
    public const int MaxPoints = 1 << 20;

    private readonly IReadOnlyList<RetiredSteps> _retired = retired ?? [];
    private readonly MetricCompaction _compaction = new(store, folder, retired ?? []);
    private long _next = 1;

    /// <summary>The last segment of a previous process, or <see langword="null"/>. If that process did not receive the response of its last write, the
    /// same batch is appended again.</summary>
    private ArtifactPath? _last;

    /// <summary>Gets the number of the last batch; 0 for none. After <see cref="ContinueAsync"/>, batches of other processes count too.</summary>
    public long LastBatch => _next - 1;

    /// <summary>Encodes a batch as a segment.</summary>
    /// <exception cref="ArgumentException">The batch is empty or has more than <see cref="MaxPoints"/> points.</exception>
    public static byte[] Encode(ReadOnlySpan<MetricDataPoint> points)
    {
        using var segment = new PooledBuffer();
        Encode(points, segment);
        return segment.WrittenSpan.ToArray();
    }

    /// <summary>Writes a batch as one segment atomically. A repeated call with the same batch after a failure does not write it twice.</summary>
    /// <exception cref="ArgumentException">The batch is empty or has more than <see cref="MaxPoints"/> points.</exception>
    public async Task AppendAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        using var segment = new PooledBuffer();
        Encode(points.Span, segment);
        await AppendAsync(segment, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a segment atomically. A repeated call with the same segment after a failure does not write it twice.</summary>
    /// <param name="segment">The result of <see cref="Encode(ReadOnlySpan{MetricDataPoint})"/>.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public async Task AppendAsync(byte[] segment, CancellationToken cancellationToken = default)
    {
        using var buffer = new PooledBuffer();
        buffer.Write(segment);
        await AppendAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads points. The order of recording is preserved within each series.</summary>
    /// <param name="name">The name of the metric to read; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">A token that cancels the reading.</param>
    /// <returns>The points. Points with the same name and tags share one <see cref="MetricSeries"/>.</returns>
    /// <exception cref="DocumentFormatException">A segment was altered or has a newer format.</exception>
    /// <exception cref="ArtifactConflictException">During the read, retention deleted segments and a compaction merged others.</exception>
    public async IAsyncEnumerable<MetricDataPoint> ReadAsync(string? name = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var bytes = new PooledBuffer();
        var positions = new Dictionary<MetricSeries, Position>(MetricSeriesComparer.Instance);
        var (lastBatch, returnedBatches) = (0L, 0L); // the last returned batch, and the number of returned batches
        for (var isComplete = false; !isComplete;)
        {
            var segments = await _compaction.ListAsync(cancellationToken).ConfigureAwait(false);
            var remainingBatches = segments.Where(segment => segment.First <= lastBatch).Sum(segment => Math.Min(segment.Last, lastBatch) - segment.First + 1);
            var wasDeleted = remainingBatches < returnedBatches;
            if (wasDeleted && segments.FirstOrDefault(segment => segment.First <= lastBatch && segment.Last > lastBatch) is { Last: > 0 } mixed)
            {
                // Retention deleted some of the returned batches, and a compaction merged the others with new ones. The number of returned points is unknown.
                throw new ArtifactConflictException(mixed.In(folder));
            }

            foreach (var position in positions.Values)
            {
                position.Passed = 0;
                position.Returned = wasDeleted ? 0 : position.Returned;
            }

            returnedBatches = remainingBatches;
            isComplete = true;
            foreach (var segment in segments)
            {
                var path = segment.In(folder);
                if (!await MetricSegmentReader.TryLoadAsync(store, path, bytes, cancellationToken).ConfigureAwait(false))
                {
                    // A compaction merged the segment into a wider one, which also contains returned points, or retention deleted it. List the segments again.
                    isComplete = false;
                    break;
                }

                var lastStep = RetiredSteps.LastStepOf(segment, _retired);
                foreach (var column in MetricSegmentReader.Read(path, bytes).Where(column => name is null || column.Name == name))
                {
                    var position = Position.Of(column.ToSeries(path), positions);
                    foreach (var point in column.ToPoints(path, position.Series).Where(point => point.Step is null || point.Step <= lastStep))
                    {
                        if (++position.Passed > position.Returned)
                        {
                            position.Returned++;
                            if (segment.Last > lastBatch)
                            {
                                yield return point;
                            }
                        }
                    }
                }

                returnedBatches += Math.Max(0, segment.Last - Math.Max(lastBatch, segment.First - 1));
                lastBatch = Math.Max(lastBatch, segment.Last);
            }
        }
    }

    /// <summary>Continues after the existing segments, which another process may have written.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken = default)
    {
        var segments = await _compaction.ListAsync(cancellationToken).ConfigureAwait(false);
        _next = segments.Count == 0 ? 1 : segments[^1].Last + 1;
        _last = segments.Count == 0 ? null : segments[^1].In(folder);
    }

    /// <summary>Merges small segments, so that readers open fewer artifacts.</summary>
    public Task CompactAsync(CancellationToken cancellationToken = default) => _compaction.RunAsync(cancellationToken);

    private static void Encode(ReadOnlySpan<MetricDataPoint> points, PooledBuffer segment)
    {
        if (points.Length is 0 or > MaxPoints)
        {
            throw new ArgumentException($"The batch has {points.Length} points. Pass 1 to {MaxPoints} points.", nameof(points));
        }

        MetricSegmentEncoder.Encode(points, segment);
    }

    private async Task AppendAsync(PooledBuffer segment, CancellationToken cancellationToken)
    {
        if (_last is { } last)
        {
            var isStored = await EndsWithBatchAsync(last, segment, cancellationToken).ConfigureAwait(false);
            _last = null;
            if (isStored)
            {
                return;
            }
        }

        var options = new ArtifactWriteOptions
        {
            Condition = WriteCondition.IfAbsent,
            ContentType = MetricSegmentReader.ContentType,
            ExpectedSha256 = Sha256Digest.Of(segment.WrittenSpan),
        };
        for (var isWritten = false; !isWritten; _next++)
        {
            var path = new MetricSegmentName(_next, _next).In(folder);
            try
            {
                using var content = segment.OpenRead();
                await store.WriteAsync(path, content, options, cancellationToken).ConfigureAwait(false);
                isWritten = true;
            }
            catch (ArtifactExistsException)
            {
                // If an earlier call wrote this batch and then failed, the artifact is this batch. Otherwise it is an abandoned batch that was stored late.
                isWritten = await EndsWithBatchAsync(path, segment, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Determines whether the last batch of a stored segment equals a batch.</summary>
    private async Task<bool> EndsWithBatchAsync(ArtifactPath path, PooledBuffer batch, CancellationToken cancellationToken)
    {
        using var segment = new PooledBuffer();
        return await MetricSegmentReader.TryLoadAsync(store, path, segment, cancellationToken).ConfigureAwait(false)
            && MetricSegmentFrame.EndsWith(segment.WrittenSpan, batch.WrittenSpan);
    }

    /// <summary>The read position of a series.</summary>
    private sealed class Position(MetricSeries series)
    {
        public MetricSeries Series { get; } = series;

        /// <summary>Gets or sets the number of returned points.</summary>
        public long Returned { get; set; }

        /// <summary>Gets or sets the number of points that were read since the last listing.</summary>
        public long Passed { get; set; }

        public static Position Of(MetricSeries series, Dictionary<MetricSeries, Position> positions)
        {
            if (!positions.TryGetValue(series, out var position))
            {
                positions.Add(series, position = new Position(series));
            }

            return position;
        }
    }
}
