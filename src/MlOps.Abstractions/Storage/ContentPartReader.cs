using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MlOps.Storage;

/// <summary>Cuts a stream into parts and computes its SHA-256 on the way. For authors of stores.</summary>
/// <remarks>
/// <para>Reads the stream once, from its position; it need be neither seekable nor of known length. Each part is in memory until it is disposed, so
/// <c>Parallel.ForEachAsync(reader.ReadAllAsync(), …)</c> with parallelism n keeps at most n parts and those that wait to be
/// hashed, which are one, or of parts smaller than 4 MiB as many as make up that. A part is hashed while the next ones are read and it is itself used.</para>
/// <para>For one reader at a time; parts may be disposed on any thread. The caller disposes the stream.</para>
/// </remarks>
/// <param name="content">The stream.</param>
/// <param name="partSize">The size of every part but the last, in bytes; more than 0.</param>
/// <param name="computeDigest">Whether to compute the SHA-256; without it parts are only cut.</param>
public sealed class ContentPartReader(Stream content, int partSize, bool computeDigest = true) : IDisposable
{
    private const int SmallestBuffer = 16 << 10;

    /// <summary>What is hashed sooner than another thread would begin.</summary>
    private const int SmallPart = 64 << 10;

    /// <summary>How far hashing may be behind reading: the two run at a steady speed only if neither waits for each part of the other.</summary>
    private const int MostUnhashedBytes = 4 << 20;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Buffers to use again: the shared pool keeps some a thread, which for parts of megabytes would be many times what is in use.</summary>
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly Queue<Task> _unhashed = [];
    private readonly int _mostUnhashed = Math.Max(1, MostUnhashedBytes / partSize);
    private Task _hashing = Task.CompletedTask;
    private int _parts;
    private bool _ended;
    private volatile bool _disposed;

    /// <summary>Gets the number of bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Gets the SHA-256 of the bytes read so far.</summary>
    /// <returns>The digest; after the last part, the digest of the stream.</returns>
    /// <exception cref="InvalidOperationException">The reader does not compute it.</exception>
    public async Task<Sha256Digest> GetDigestAsync()
    {
        await _hashing.ConfigureAwait(false);
        return computeDigest ? CurrentDigest() : throw new InvalidOperationException("This reader was told not to compute a digest.");
    }

    /// <summary>Reads the next part.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The part, which the caller disposes; <see langword="null"/> after the last. An empty stream has one part, which is empty.</returns>
    public async Task<ContentPart?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            return null;
        }

        var (buffer, length) = await FillAsync(cancellationToken).ConfigureAwait(false);
        while (_unhashed.Count > 0 && (_unhashed.Count >= _mostUnhashed || _unhashed.Peek().IsCompleted))
        {
            await _unhashed.Dequeue().ConfigureAwait(false);
        }

        if (length == 0 && _parts > 0)
        {
            Recycle(buffer);
            return null;
        }

        var part = new ContentPart(this, buffer, length, ++_parts, _ended);
        BytesRead += length;
        if (computeDigest)
        {
            Hash(part, length);
        }

        return part;
    }

    /// <summary>Reads a part that was read before and all further ones.</summary>
    /// <param name="first">The part to begin with, or <see langword="null"/> to begin with the next one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The parts in order; the caller disposes each.</returns>
    public async IAsyncEnumerable<ContentPart> ReadAllAsync(
        ContentPart? first = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var part = first ?? await ReadAsync(cancellationToken).ConfigureAwait(false);
            part is not null;
            part = await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return part;
        }
    }

    /// <summary>Returns the buffers to the pool; the stream stays open. Parts still in use give theirs back when they are disposed.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ = _hashing.ContinueWith(
            static (_, hash) => ((IncrementalHash)hash!).Dispose(), _hash, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (_free.TryTake(out var buffer))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal void Recycle(byte[] buffer)
    {
        if (_disposed || buffer.Length < partSize)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else
        {
            _free.Add(buffer);
        }
    }

    private void Hash(ContentPart part, int length)
    {
        var bytes = part.Keep();
        if (length <= SmallPart && _hashing.IsCompleted)
        {
            _hash.AppendData(bytes.Span);
            part.Release();
            return;
        }

        _hashing = HashAsync(_hashing, part, bytes);
        _unhashed.Enqueue(_hashing);
    }

    private async Task HashAsync(Task before, ContentPart part, ReadOnlyMemory<byte> bytes)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _hash.AppendData(bytes.Span);
        part.Release();
    }

    private Sha256Digest CurrentDigest()
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.SizeInBytes];
        _hash.GetCurrentHash(digest);
        return new Sha256Digest(digest);
    }

    private async Task<(byte[] Buffer, int Length)> FillAsync(CancellationToken cancellationToken)
    {
        var buffer = _free.TryTake(out var used) ? used : ArrayPool<byte>.Shared.Rent(FirstBufferSize());
        var length = 0;
        try
        {
            while (length < partSize)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var room = Math.Min(buffer.Length, partSize) - length;
                var read = await content.ReadAsync(buffer.AsMemory(length, room), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    _ended = true;
                    break;
                }

                length += read;
            }

            // A stream that can seek tells that a full part was its last, so content of just that size takes the way of all smaller.
            _ended |= content.CanSeek && content.Position >= content.Length;
            return (buffer, length);
        }
        catch
        {
            Recycle(buffer);
            throw;
        }
    }

    /// <summary>Small content gets a small buffer: many small writes at a time must not each hold a whole part.</summary>
    private int FirstBufferSize() => content.CanSeek
        ? (int)Math.Clamp(content.Length - content.Position + 1, 1, partSize)
        : Math.Min(_parts == 0 ? SmallestBuffer : partSize, partSize);

    private byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min((long)buffer.Length * 4, partSize));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
