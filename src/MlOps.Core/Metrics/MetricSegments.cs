using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Keeps points in a folder of an artifact store, as segments: one artifact for each batch, and fewer and larger ones after compaction.</summary>
/// <remarks>One writer for each folder at a time; any number of readers, also while it writes and compacts.</remarks>
/// <param name="store">The store.</param>
/// <param name="folder">The folder of the segments.</param>
/// <param name="retired">The points that readers leave out; <see langword="null"/> for none.</param>
internal sealed class MetricSegments(IArtifactStore store, ArtifactPath folder, IReadOnlyList<RetiredSteps>? retired = null)
{
    /// <summary>The most points in a batch.</summary>
    public const int MaxPoints = 1 << 20;

    private readonly IReadOnlyList<RetiredSteps> _retired = retired ?? [];
    private readonly MetricCompaction _compaction = new(store, folder, retired ?? []);
    private long _next = 1;

    /// <summary>The last segment of another process, which may have kept its batch because it did not hear that it was stored.</summary>
    private ArtifactPath? _last;

    /// <summary>Gets the number of the last batch that was written, after <see cref="ContinueAsync"/> also by others; 0 for none.</summary>
    public long LastBatch => _next - 1;

    /// <summary>Makes a segment of a batch.</summary>
    /// <exception cref="ArgumentException">There are no points, or more than <see cref="MaxPoints"/>.</exception>
    public static byte[] Encode(ReadOnlySpan<MetricDataPoint> points)
    {
        using var segment = new PooledBuffer();
        Encode(points, segment);
        return segment.WrittenSpan.ToArray();
    }

    /// <summary>Writes a batch as one segment, whole or not at all. Called again after a failure with the same batch, it writes it once.</summary>
    /// <exception cref="ArgumentException">There are no points, or more than <see cref="MaxPoints"/>.</exception>
    public async Task AppendAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        using var segment = new PooledBuffer();
        Encode(points.Span, segment);
        await AppendAsync(segment, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a segment, whole or not at all. Called again after a failure with the same one, it writes it once.</summary>
    /// <param name="segment">The result of <see cref="Encode(ReadOnlySpan{MetricDataPoint})"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task AppendAsync(byte[] segment, CancellationToken cancellationToken = default)
    {
        using var buffer = new PooledBuffer();
        buffer.Write(segment);
        await AppendAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads points in the order in which each series was recorded.</summary>
    /// <param name="name">The series to read; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The points; those of the same name and tags have one <see cref="MetricSeries"/>.</returns>
    /// <exception cref="DocumentFormatException">A segment was altered, or is of a newer format.</exception>
    /// <exception cref="ArtifactConflictException">While it was read, segments were deleted by retention, and others were joined.</exception>
    public async IAsyncEnumerable<MetricDataPoint> ReadAsync(string? name = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var bytes = new PooledBuffer();
        var positions = new Dictionary<MetricSeries, Position>(MetricSeriesComparer.Instance);
        var (done, given) = (0L, 0L); // the last batch that was given, and how many were
        for (var isComplete = false; !isComplete;)
        {
            var segments = await _compaction.ListAsync(cancellationToken).ConfigureAwait(false);
            var left = segments.Where(segment => segment.First <= done).Sum(segment => Math.Min(segment.Last, done) - segment.First + 1);
            var isCut = left < given;
            if (isCut && segments.FirstOrDefault(segment => segment.First <= done && segment.Last > done) is { Last: > 0 } mixed)
            {
                // Retention deleted batches that were given. So the number of points of the others that were given is not known.
                throw new ArtifactConflictException(mixed.In(folder));
            }

            foreach (var position in positions.Values)
            {
                position.Passed = 0;
                position.Given = isCut ? 0 : position.Given;
            }

            given = left;
            isComplete = true;
            foreach (var segment in segments)
            {
                var path = segment.In(folder);
                if (!await MetricSegmentReader.TryLoadAsync(store, path, bytes, cancellationToken).ConfigureAwait(false))
                {
                    // It was joined meanwhile: the wider one has its points, and others that were given already. Or retention deleted it.
                    isComplete = false;
                    break;
                }

                var lastStep = RetiredSteps.LastStepOf(segment, _retired);
                foreach (var column in MetricSegmentReader.Read(path, bytes).Where(column => name is null || column.Name == name))
                {
                    var position = Position.Of(column.ToSeries(path), positions);
                    foreach (var point in column.ToPoints(path, position.Series).Where(point => point.Step is null || point.Step <= lastStep))
                    {
                        if (++position.Passed > position.Given)
                        {
                            position.Given++;
                            if (segment.Last > done)
                            {
                                yield return point;
                            }
                        }
                    }
                }

                given += Math.Max(0, segment.Last - Math.Max(done, segment.First - 1));
                done = Math.Max(done, segment.Last);
            }
        }
    }

    /// <summary>Continues after the segments that are there, which another process may have written.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken = default)
    {
        var segments = await _compaction.ListAsync(cancellationToken).ConfigureAwait(false);
        _next = segments.Count == 0 ? 1 : segments[^1].Last + 1;
        _last = segments.Count == 0 ? null : segments[^1].In(folder);
    }

    /// <summary>Puts segments together, so that a reader opens few.</summary>
    public Task CompactAsync(CancellationToken cancellationToken = default) => _compaction.RunAsync(cancellationToken);

    private static void Encode(ReadOnlySpan<MetricDataPoint> points, PooledBuffer segment)
    {
        if (points.Length is 0 or > MaxPoints)
        {
            throw new ArgumentException($"{points.Length} points do not go into one segment. Give 1 to {MaxPoints} at a time.", nameof(points));
        }

        MetricSegmentEncoder.Encode(points, segment);
    }

    private async Task AppendAsync(PooledBuffer segment, CancellationToken cancellationToken)
    {
        if (_last is { } last)
        {
            var isStored = await HoldsAsync(last, segment, cancellationToken).ConfigureAwait(false);
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
                // This batch, written by a call that failed afterwards; or else one before it that was given up and arrived all the same.
                isWritten = await HoldsAsync(path, segment, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Determines whether the last batch of a segment is a batch.</summary>
    private async Task<bool> HoldsAsync(ArtifactPath path, PooledBuffer batch, CancellationToken cancellationToken)
    {
        using var segment = new PooledBuffer();
        return await MetricSegmentReader.TryLoadAsync(store, path, segment, cancellationToken).ConfigureAwait(false)
            && MetricSegmentFrame.EndsWith(segment.WrittenSpan, batch.WrittenSpan);
    }

    /// <summary>How far a series was read.</summary>
    private sealed class Position(MetricSeries series)
    {
        public MetricSeries Series { get; } = series;

        /// <summary>Gets or sets the number of points that the reader was given.</summary>
        public long Given { get; set; }

        /// <summary>Gets or sets the number of points that were come across since the last listing.</summary>
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
