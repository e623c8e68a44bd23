using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    // What is alive in the whole process is measured, so nothing else may run beside it.
    [Test]
    [NonParallelizable]
    public async Task Memory_is_bounded_however_large_the_content_is()
    {
        if (MostMemory is null)
        {
            Assert.Ignore("The fixture states no bound: content is kept in memory by nature, or its memory is measured elsewhere.");
        }

        long most = MostMemory.Value;
        var size = 2 * most;
        var watch = new MemoryWatch();
        var source = new RepeatingStream(MakeContent(1 << 20), size) { Delivered = watch.Look };

        var written = await Store.WriteAsync(At("a"), source);
        var writing = watch.Most;
        watch = new MemoryWatch();
        long read;
        await using (var content = await Store.OpenReadAsync(At("a")))
        {
            read = await ReadThroughAsync(content.Stream, watch.Look);
        }

        Assert.That((written.Size, read), Is.EqualTo((size, size)));
        Assert.That(writing, Is.LessThan(most), $"bytes alive while {size} are written");
        Assert.That(watch.Most, Is.LessThan(most), $"bytes alive while {size} are read");
    }

    private static async Task<long> ReadThroughAsync(Stream stream, Action<long> delivered)
    {
        var buffer = new byte[1 << 16];
        long position = 0;
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            delivered(position += read);
        }

        return position;
    }

    /// <summary>Measures now and then what is alive more than at its beginning. Garbage is collected first, because of that the runtime says when.</summary>
    private sealed class MemoryWatch
    {
        private const long Interval = 8 << 20;
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _next = Interval;

        public long Most { get; private set; }

        public void Look(long position)
        {
            if (position >= _next)
            {
                _next += Interval;
                Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }
        }
    }

    /// <summary>A block over and over, read asynchronously only, not seekable and of unknown length.</summary>
    private sealed class RepeatingStream(byte[] block, long length) : Stream
    {
        private long _position;

        public required Action<long> Delivered { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = (int)(_position % block.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, block.Length - start), length - _position);
            block.AsSpan(start, count).CopyTo(buffer.Span);
            _position += count;
            Delivered(_position);
            return ValueTask.FromResult(count);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the content asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
