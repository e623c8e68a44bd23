using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    // The live memory of the whole process is measured, so no other test may run. NUnit respects this only for tests without parameters.
    [Test]
    [NonParallelizable]
    public Task Memory_of_a_large_write_is_bounded() => AssertWriteIsBoundedAsync(options: null, seekable: true);

    [Test]
    [NonParallelizable]
    public Task Memory_of_a_large_unseekable_write_is_bounded() => AssertWriteIsBoundedAsync(options: null, seekable: false);

    [Test]
    [NonParallelizable]
    public Task Memory_of_a_large_write_if_absent_is_bounded() => AssertWriteIsBoundedAsync(IfAbsent, seekable: true);

    [Test]
    [NonParallelizable]
    public Task Memory_of_a_large_unseekable_write_if_absent_is_bounded() => AssertWriteIsBoundedAsync(IfAbsent, seekable: false);

    [Test]
    [NonParallelizable]
    public async Task Memory_of_a_large_read_is_bounded()
    {
        var (most, size) = RequireBound();
        await using var source = new RepeatingStream(MakeContent(1 << 20), size, seekable: false);
        await Store.WriteAsync(At("a"), source);
        var watch = new MemoryWatch(most);

        await using var content = await Store.OpenReadAsync(At("a"));
        var read = await ReadThroughAsync(content.Stream, watch.Look);

        Assert.That(read, Is.EqualTo(size));
        Assert.That(watch.Most, Is.LessThan(most), $"bytes alive while {size} are read");
    }

    private async Task AssertWriteIsBoundedAsync(ArtifactWriteOptions? options, bool seekable)
    {
        var (most, size) = RequireBound();
        var watch = new MemoryWatch(most);
        await using var source = new RepeatingStream(MakeContent(1 << 20), size, seekable) { Delivered = watch.Look };

        var written = await Store.WriteAsync(At("a"), source, options);

        Assert.That(written.Size, Is.EqualTo(size));
        Assert.That(watch.Most, Is.LessThan(most), $"bytes alive while {size} are written");
    }

    /// <summary>Gets the memory limit, and the size of content that exceeds it.</summary>
    private (long Most, long Size) RequireBound()
    {
        if (MaxMemory is null)
        {
            Assert.Ignore("The fixture has no memory limit: the store is in memory, or another fixture measures it.");
        }

        long most = MaxMemory.Value;
        return (most, most + (most / 4));
    }

    private static async Task<long> ReadThroughAsync(Stream stream, Action<int> delivered)
    {
        var buffer = new byte[1 << 16];
        long position = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; position += read)
        {
            delivered(read);
        }

        return position;
    }

    /// <summary>Measures the growth of live memory at intervals. Collects garbage first, because its amount depends on the runtime.</summary>
    private sealed class MemoryWatch(long most)
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _unwatched;

        public long Most { get; private set; }

        public void Look(int delivered)
        {
            _unwatched += delivered;
            if (_unwatched >= most / 8)
            {
                _unwatched = 0;
                Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }
        }
    }

    /// <summary>Repeats a block. A stream that cannot seek supports only asynchronous reads.</summary>
    private sealed class RepeatingStream(byte[] block, long length, bool seekable) : Stream
    {
        private long _position;

        /// <summary>Gets the callback for the number of bytes of each read.</summary>
        public Action<int> Delivered { get; init; } = static _ => { };

        public override bool CanRead => true;

        public override bool CanSeek => seekable;

        public override bool CanWrite => false;

        public override long Length => seekable ? length : throw new NotSupportedException();

        public override long Position
        {
            get => seekable ? _position : throw new NotSupportedException();
            set => _position = seekable ? value : throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Deliver(buffer.Span));
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            seekable ? Deliver(buffer.AsSpan(offset, count)) : throw new NotSupportedException("Read the content asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Deliver(Span<byte> buffer)
        {
            var start = (int)(_position % block.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, block.Length - start), length - _position);
            block.AsSpan(start, count).CopyTo(buffer);
            _position += count;
            Delivered(count);
            return count;
        }
    }
}
