using System.Buffers;

namespace MlOps.Storage;

/// <summary>Fetches the parts of a run of bytes ahead of their reader, several at a time.</summary>
/// <param name="start">The first byte.</param>
/// <param name="end">The byte behind the last.</param>
/// <param name="partSize">The bytes in every part but the last.</param>
/// <param name="parallelism">How many parts are requested or in memory at most.</param>
/// <param name="open">Opens a run of bytes, by its first byte and length.</param>
internal sealed class PartsAhead(long start, long end, int partSize, int parallelism, Func<long, long, ArtifactRangeReader> open) : IAsyncDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly Queue<Task<ArraySegment<byte>>> _ahead = [];

    /// <summary>Buffers to use again: the shared pool keeps one a thread, which for parts of megabytes would be many times what is in use.</summary>
    private readonly Stack<byte[]> _free = [];
    private long _requested = start;
    private ArraySegment<byte> _part;

    /// <summary>Asks for as many parts as may be under way.</summary>
    public void Request()
    {
        while (_requested < end && _ahead.Count + (_part.Array is null ? 0 : 1) < parallelism)
        {
            var length = (int)Math.Min(partSize, end - _requested);
            var buffer = _free.TryPop(out var used) ? used : ArrayPool<byte>.Shared.Rent(partSize);
            _ahead.Enqueue(FetchAsync(_requested, new ArraySegment<byte>(buffer, 0, length)));
            _requested += length;
        }
    }

    /// <summary>Reads the next bytes, waiting for their part.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_part.Count == 0)
        {
            Request();
            _part = await _ahead.Peek().WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
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

    /// <summary>Gives up the requests under way, and returns all buffers to the pool when these have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposal.CancelAsync().ConfigureAwait(false);
        foreach (var fetch in _ahead)
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
