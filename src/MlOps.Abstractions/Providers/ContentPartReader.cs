using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MlOps.Storage;

namespace MlOps.Providers;

/// <summary>Splits a stream into parts and computes its SHA-256.</summary>
/// <remarks>
/// <para>Thread safety: one caller at a time reads; parts may be disposed on any thread.</para>
/// <para>The stream is read once, from its current position. It does not have to be seekable or have a known length. The caller disposes it.</para>
/// <para>A part stays in memory until it is disposed. <c>Parallel.ForEachAsync(reader.ReadAllAsync(), …)</c> with parallelism n therefore keeps at most n parts
/// in memory, plus those that are not hashed yet: one part, or 4 MiB of smaller parts. A part is hashed while it is used and while later parts are read.</para>
/// </remarks>
/// <param name="content">The stream.</param>
/// <param name="partSize">The size of each part except the last, in bytes; greater than 0.</param>
/// <param name="computeDigest"><see langword="true"/> to compute the SHA-256.</param>
[Experimental("MLOPS001")]
public sealed class ContentPartReader(Stream content, int partSize, bool computeDigest = true) : IDisposable
{
    private const int SmallestBuffer = 16 << 10;

    /// <summary>The size, in bytes, below which hashing takes less time than the switch to another thread.</summary>
    private const int SmallPart = 64 << 10;

    /// <summary>The maximum lag of hashing behind reading. A lag of several parts keeps both at a steady speed.</summary>
    private const int MaxUnhashedBytes = 4 << 20;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The buffers for reuse. The shared pool keeps some per thread, which for parts of several megabytes is many times the memory in use.</summary>
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly Queue<Task> _unhashed = [];
    private readonly int _maxUnhashed = Math.Max(1, MaxUnhashedBytes / partSize);
    private Task _hashing = Task.CompletedTask;
    private int _parts;
    private bool _ended;
    private volatile bool _disposed;

    /// <summary>Gets the number of bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Gets the SHA-256 of the bytes read so far.</summary>
    /// <returns>The digest. After the last part, this is the digest of the whole stream.</returns>
    /// <exception cref="InvalidOperationException">The reader was created with <c>computeDigest: false</c>.</exception>
    public async Task<Sha256Digest> GetDigestAsync()
    {
        await _hashing.ConfigureAwait(false);
        return computeDigest
            ? CurrentDigest()
            : throw new InvalidOperationException("This reader was created without a digest. Create it with computeDigest: true.");
    }

    /// <summary>Reads the next part.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The part, which the caller disposes; <see langword="null"/> after the last part. An empty stream has one empty part.</returns>
    public async Task<ContentPart?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            return null;
        }

        var (buffer, length) = await FillAsync(cancellationToken).ConfigureAwait(false);
        while (_unhashed.Count > 0 && (_unhashed.Count >= _maxUnhashed || _unhashed.Peek().IsCompleted))
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

    /// <summary>Enumerates all remaining parts.</summary>
    /// <param name="first">A part that was already read and is returned first, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The parts in order. The caller disposes each part.</returns>
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

    /// <summary>Returns the buffers to the pool. The stream stays open. Parts in use return their buffers when they are disposed.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ = _hashing.ContinueWith(
            static (_, hash) => ((IncrementalHash)hash!).Dispose(),
            _hash,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
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
        var bytes = part.Retain();
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

            // If the stream can seek, a full last part is recognized as the last, so content of exactly one part is stored like smaller content.
            _ended |= content.CanSeek && content.Position >= content.Length;
            return (buffer, length);
        }
        catch
        {
            Recycle(buffer);
            throw;
        }
    }

    /// <summary>Gets the size of the first buffer. Small content gets a small buffer, because many small writes may run at the same time.</summary>
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
