using MlOps.Testing;

namespace MlOps.Providers;

public sealed class ReadAheadStreamTests
{
    private const int PartSize = 10;
    private const int Parallelism = 3;
    private readonly byte[] _content = [.. Enumerable.Range(0, (10 * PartSize) + 1).Select(static number => (byte)number)];

    [Test]
    public async Task Behind_a_slow_connection_parts_are_fetched_as_many_at_a_time_as_allowed_and_no_more()
    {
        var parts = new Parts(_content) { Answers = new TestGate() };
        await using var stream = parts.OpenSlowly(Parallelism);

        await stream.ReadExactlyAsync(new byte[1]);

        Assert.That((parts.Open, parts.Requested), Is.EqualTo((Parallelism, Parallelism)));
        parts.Answers.Open();
        Assert.That(await ReadAsync(stream, 1), Is.EqualTo(_content[1..]));
        Assert.That((parts.MostOpen, parts.Open), Is.EqualTo((Parallelism, 0)));
    }

    [Test]
    public async Task Parts_wait_for_a_slow_reader_and_no_more_of_them_than_allowed()
    {
        var parts = new Parts(_content);
        await using var stream = parts.OpenSlowly(Parallelism);
        var buffer = new byte[1];

        for (var position = 0; position < _content.Length; position++)
        {
            await stream.ReadExactlyAsync(buffer);

            // The slow connection gives the first byte and a part.
            var done = Math.Max(0, position - PartSize) / PartSize;
            Assert.That(parts.Requested, Is.EqualTo(Math.Min(done + Parallelism, 9)), $"after byte {position}");
            Assert.That(buffer[0], Is.EqualTo(_content[position]));
        }
    }

    [Test]
    public async Task One_connection_is_never_left_if_no_more_is_allowed()
    {
        var parts = new Parts(_content);
        await using var stream = parts.OpenSlowly(parallelism: 1);

        Assert.That(await ReadAsync(stream, 1), Is.EqualTo(_content));
        Assert.That(parts.Requested, Is.Zero);
    }

    [Test]
    public async Task Disposing_gives_up_the_requests_under_way()
    {
        var parts = new Parts(_content) { Answers = new TestGate() };
        var stream = parts.OpenSlowly(Parallelism);
        await stream.ReadExactlyAsync(new byte[1]);

        await stream.DisposeAsync();

        Assert.That(parts.Open, Is.Zero);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int bufferSize)
    {
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole, bufferSize);
        return whole.ToArray();
    }

    /// <summary>Test content that counts the requests in addition to the direct connection.</summary>
    private sealed class Parts(byte[] content)
    {
        private readonly Lock _lock = new();

        /// <summary>Gets the gate that the requests wait for.</summary>
        public TestGate? Answers { get; init; }

        public int Requested { get; private set; }

        public int Open { get; private set; }

        public int MostOpen { get; private set; }

        /// <summary>Opens the whole content over a connection whose delay exceeds the grace period of the stream.</summary>
        public Stream OpenSlowly(int parallelism) => ArtifactStreams.ReadAhead(
            new Reader(content, static token => Task.Delay(100, token), static () => { }), 0, content.Length, PartSize, parallelism, OpenPart);

        private Reader OpenPart(long offset, long length)
        {
            Count(1);
            return new Reader(content.AsMemory((int)offset, (int)length), token => Answers?.PassAsync(token) ?? Task.CompletedTask, () => Count(-1));
        }

        private void Count(int change)
        {
            lock (_lock)
            {
                Requested += Math.Max(0, change);
                Open += change;
                MostOpen = Math.Max(MostOpen, Open);
            }
        }
    }

    private sealed class Reader(ReadOnlyMemory<byte> content, Func<CancellationToken, Task> answered, Action closed) : ArtifactRangeReader
    {
        private int _position;
        private bool _closed;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_position == 0)
            {
                await answered(cancellationToken);
            }

            var count = Math.Min(buffer.Length, content.Length - _position);
            content.Slice(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (!_closed)
            {
                _closed = true;
                closed();
            }
        }
    }
}
