using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MlOps.Datasets;
using MlOps.Monitoring.Profiles;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>A window of one version whose predictions this instance profiles.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class OpenWindow
{
    private const double MillisecondsPerSecond = 1000;
    private const int LatencyRows = 256;
    private static readonly RowColumn[] s_latencyColumns = [new("latency_ms", isText: false)];
    private static readonly double s_millisecondsPerTick = MillisecondsPerSecond / Stopwatch.Frequency;
    private readonly WindowOptions _options;
    private readonly ProfileBuilder _inputs;
    private readonly ProfileBuilder _outputs;
    private readonly ProfileBuilder _latency;
    private readonly RowBatch _latencies = new(s_latencyColumns, LatencyRows);
    private long _rejected;
    private long _flagged;
    private long _dropped;
    private long _misdated;
    private long _latencyCount;

    public OpenWindow(ArtifactPath path, long start, long end, IReadOnlyList<RowColumn> inputs, IReadOnlyList<RowColumn> outputs, WindowBaseline baseline,
        WindowOptions options)
    {
        (Path, Start, End) = (path, start, end);
        _options = options;

        // With a common seed, the errors of merged sketches of similar rows would add up.
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString())));
        _inputs = new ProfileBuilder(inputs, baseline.Inputs, seed);
        _outputs = new ProfileBuilder(outputs, baseline.Outputs, seed);
        _latency = new ProfileBuilder(s_latencyColumns, baseline: null, seed);
    }

    public ArtifactPath Path { get; }

    /// <summary>Gets the start in ticks of UTC.</summary>
    public long Start { get; }

    /// <summary>Gets the end in ticks of UTC, exclusive.</summary>
    public long End { get; private set; }

    /// <summary>Gets a value indicating whether the window accepts no more predictions.</summary>
    public bool IsClosed { get; private set; }

    public long Predictions { get; private set; }

    /// <summary>Gets or sets the number of predictions at the last write.</summary>
    public long SavedPredictions { get; set; }

    /// <summary>Gets or sets a value indicating whether the closed window was written.</summary>
    public bool IsSaved { get; set; }

    /// <summary>Gets or sets the ETag of the last write; <see langword="null"/> if the window was not written.</summary>
    public string? ETag { get; set; }

    /// <summary>Gets a value indicating whether a write is due.</summary>
    public bool MustBeSaved => !IsSaved && (IsClosed || Predictions > SavedPredictions);

    public bool Contains(long time) => time >= Start && time < End;

    /// <summary>Ends the window.</summary>
    /// <param name="end">The end, if it is earlier than planned.</param>
    public void Close(long? end = null)
    {
        IsClosed = true;
        End = Math.Min(End, end ?? End);
    }

    /// <summary>Adds predictions that were not profiled.</summary>
    public void AddDropped(long count)
    {
        _dropped += count;
        Predictions += count;
    }

    /// <summary>Adds predictions.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="from">The index of the first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="earliest">The earliest time that agrees with the monotonic clock.</param>
    /// <param name="latest">The latest time that agrees with the monotonic clock.</param>
    public void Add(ObservedChunk chunk, int from, int count, long earliest, long latest)
    {
        Predictions += count;
        var end = from + count;
        var latencies = _latencies.Numbers(0);
        var latencyCount = 0;
        var profiled = from;
        for (var row = from; row < end; row++)
        {
            _misdated += chunk.Times[row] < earliest || chunk.Times[row] > latest ? 1 : 0;
            _flagged += chunk.IsFlagged[row] ? 1 : 0;
            _rejected += chunk.IsRejected[row] ? 1 : 0;
            if (chunk.LatencyTicks[row] is >= 0 and var ticks)
            {
                latencies[latencyCount++] = ticks * s_millisecondsPerTick;
            }

            if (chunk.IsRejected[row] || !IsSampled(chunk.Ids[row]))
            {
                Profile(chunk, profiled, row);
                profiled = row + 1;
            }
        }

        Profile(chunk, profiled, end);
        if (latencyCount > 0)
        {
            _latencies.Count = latencyCount;
            _latency.Add(_latencies, 0, latencyCount);
            _latencyCount += latencyCount;
        }
    }

    public WindowContent ToContent(string model, int version, string instance) => new()
    {
        Header = new WindowHeader
        {
            Model = model,
            Version = version,
            Start = new DateTimeOffset(Start, TimeSpan.Zero),
            End = new DateTimeOffset(End, TimeSpan.Zero),
            Instances = [instance],
            IsFinal = IsClosed,
            Predictions = Predictions,
            Rejected = _rejected,
            Flagged = _flagged,
            Dropped = _dropped,
            Misdated = _misdated,
        },
        Inputs = _inputs.ToProfile(),
        Outputs = _outputs.ToProfile(),
        Latency = _latencyCount == 0 ? null : _latency.ToProfile(),
    };

    private void Profile(ObservedChunk chunk, int from, int end)
    {
        if (end > from)
        {
            _inputs.Add(chunk.Inputs, from, end - from);
            _outputs.Add(chunk.Outputs, from, end - from);
        }
    }

    /// <summary>Selects rows by a hash of the identifier, whose bits are not all random.</summary>
    private bool IsSampled(Guid id)
    {
        const int unusedBits = 11;
        if (_options.ProfileSampleRate >= 1)
        {
            return true;
        }

        // The finalizer of SplitMix64, https://doi.org/10.1145/2714064.2660195.
        var (first, second) = Unsafe.BitCast<Guid, (ulong, ulong)>(id);
        var hash = first ^ second;
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EB;
        hash ^= hash >> 31;
        return (hash >> unusedBits) * double.BitDecrement(1.0 / (1L << (64 - unusedBits))) < _options.ProfileSampleRate;
    }
}
