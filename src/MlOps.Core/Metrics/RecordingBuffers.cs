using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace MlOps.Metrics;

/// <summary>Holds what threads record until it is taken to the sinks.</summary>
/// <remarks>
/// <para>Thread-safe. A metric has a stripe of its own choice, so its values stay in order also where the code that records them goes on on another thread. Only a metric that several threads
/// record at the very same time is spread over stripes by thread; then the values of each thread stay in order.</para>
/// <para>Memory grows by chunks as values wait, up to the capacity, and is then used again.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class RecordingBuffers
{
    private readonly RecordingStripe[] _stripes;
    private readonly ConcurrentQueue<RecordedChunk> _filled = new();
    private readonly ConcurrentQueue<RecordedChunk> _free = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly MetricsWhenFull _whenFull;
    private readonly int _maxChunks;
    private int _chunks;
    private int _nextStripe;
    private int _isSignalled;

    public RecordingBuffers(int capacity, MetricsWhenFull whenFull)
    {
        _stripes = new RecordingStripe[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * Environment.ProcessorCount))];
        for (var i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new RecordingStripe(this);
        }

        _whenFull = whenFull;
        _maxChunks = Math.Max(2 * _stripes.Length, capacity / RecordedChunk.Capacity);
    }

    /// <summary>Gets how many values were dropped because too many waited.</summary>
    public long Dropped { get; private set; }

    public RecordingStripe ChooseStripe() => _stripes[Interlocked.Increment(ref _nextStripe) & (_stripes.Length - 1)];

    public RecordingStripe StripeOfThread() => _stripes[Environment.CurrentManagedThreadId & (_stripes.Length - 1)];

    /// <summary>Waits until a chunk is full.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _isSignalled, 0);
    }

    /// <summary>Gives out what was recorded before the call, in order. One caller at a time.</summary>
    public void Drain(Action<ReadOnlySpan<RecordedValue>> take)
    {
        foreach (var stripe in _stripes)
        {
            stripe.Detach();
        }

        // Not more than there is now: those who record may be faster, and who flushes would never come to an end.
        for (var left = _filled.Count; left > 0 && _filled.TryDequeue(out var chunk); left--)
        {
            take(chunk.Values);
            chunk.Clear();
            _free.Enqueue(chunk);
        }
    }

    /// <summary>Adds a chunk to those that wait to be drained.</summary>
    public void Enqueue(RecordedChunk chunk) => _filled.Enqueue(chunk);

    /// <summary>Tells who waits that a chunk is full.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _isSignalled) == 0 && Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Gets an empty chunk, or <see langword="null"/> if too much waits and what a metric records now is to be dropped.</summary>
    public RecordedChunk? Rent(MetricHandle metric)
    {
        if (_free.TryDequeue(out var chunk))
        {
            return chunk;
        }

        if (Interlocked.Increment(ref _chunks) <= _maxChunks)
        {
            try
            {
                return new RecordedChunk();
            }
            catch
            {
                Interlocked.Decrement(ref _chunks);
                throw;
            }
        }

        Interlocked.Decrement(ref _chunks);
        if (_whenFull == MetricsWhenFull.DropOldest && _filled.TryDequeue(out chunk))
        {
            foreach (ref readonly var value in chunk.Values)
            {
                CountDropped(value.Metric);
            }

            chunk.Clear();
            return chunk;
        }

        CountDropped(metric);
        return null;
    }

    private void CountDropped(MetricHandle metric)
    {
        // Rare, and short: a lock costs nothing here.
        lock (_free)
        {
            Dropped++;
        }

        metric.Scope?.CountDropped();
    }
}
