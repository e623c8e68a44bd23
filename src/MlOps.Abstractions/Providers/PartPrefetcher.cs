using System.Buffers;

namespace MlOps.Providers;

/// <summary>Fetches the parts of a byte range in parallel, ahead of the reader.</summary>
/// <param name="start">The position of the first byte.</param>
/// <param name="end">The position after the last byte.</param>
/// <param name="partSize">The size of each part except the last, in bytes.</param>
/// <param name="parallelism">The maximum number of parts that are requested or in memory.</param>
/// <param name="open">Opens a reader of a range, given its offset and length.</param>
internal sealed class PartPrefetcher(long start, long end, int partSize, int parallelism, Func<long, long, ArtifactRangeReader> open) : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly Queue<Task<ArraySegment<byte>>> _fetches = [];

    /// <summary>The buffers for reuse. The shared pool keeps one per thread, which for parts of several megabytes is many times the memory in use.</summary>
    private readonly Stack<byte[]> _free = [];
    private long _requested = start;
    private ArraySegment<byte> _part;

    /// <summary>Starts as many requests as <c>parallelism</c> allows.</summary>
    public void Request()
    {
        while (_requested < end && _fetches.Count + (_part.Array is null ? 0 : 1) < parallelism)
        {
            var length = (int)Math.Min(partSize, end - _requested);
            var buffer = _free.TryPop(out var used) ? used : ArrayPool<byte>.Shared.Rent(partSize);
            _fetches.Enqueue(FetchAsync(_requested, new ArraySegment<byte>(buffer, 0, length)));
            _requested += length;
        }
    }

    /// <summary>Reads the next bytes. Waits for their part if it is not complete.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_part.Count == 0)
        {
            Request();
            _part = await _fetches.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _fetches.Dequeue();
        }

        var copied = Math.Min(buffer.Length, _part.Count);
        _part.AsSpan(0, copied).CopyTo(buffer.Span);
        _part = _part[copied..];
        if (_part.Count == 0)
        {
            _free.Push(_part.Array!);
            _part = default;
            Request();
        }

        return copied;
    }

    /// <summary>Cancels the requests in progress, waits for them and returns all buffers to the pool.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposal.CancelAsync().ConfigureAwait(false);
        foreach (var fetch in _fetches)
        {
            await ((Task)fetch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (fetch.IsCompletedSuccessfully)
            {
                _free.Push((await fetch.ConfigureAwait(false)).Array!);
            }
        }

        if (_part.Array is { } current)
        {
            _free.Push(current);
        }

        while (_free.TryPop(out var buffer))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _disposal.Dispose();
    }

    private async Task<ArraySegment<byte>> FetchAsync(long offset, ArraySegment<byte> part)
    {
        using var reader = open(offset, part.Count);
        for (var filled = 0; filled < part.Count;)
        {
            var read = await reader.ReadAsync(part.AsMemory(filled), _disposal.Token).ConfigureAwait(false);
            filled += read > 0 ? read : throw new ProviderContractException(reader.GetType().Name, "ReadAsync returns more than 0 bytes or throws.");
        }

        return part;
    }
}
