using System.Collections.Frozen;
using CsCheck;
using MlOps.Storage;

namespace MlOps.Providers;

public sealed class VerifiedReadStreamTests
{
    [Test]
    public async Task Right_bytes_are_delivered_to_the_last()
    {
        await Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 100]).SampleAsync(static async (content, bufferSize) =>
        {
            await using var stream = ArtifactStreams.Verify(new MemoryStream(content), Describe(content));
            return (await ReadAsync(stream, bufferSize)).SequenceEqual(content) && stream.Position == content.Length;
        });
    }

    [Test]
    public async Task Any_flipped_bit_is_detected_before_the_last_byte_is_returned()
    {
        await Gen.Select(Gen.Byte.Array[1, 300], Gen.Int, Gen.Int[0, 7], Gen.Int[1, 100]).SampleAsync(static async (content, place, bit, bufferSize) =>
        {
            var info = Describe(content);
            var damaged = content.ToArray();
            damaged[(uint)place % damaged.Length] ^= (byte)(1 << bit);
            await using var stream = ArtifactStreams.Verify(new MemoryStream(damaged), info);
            var delivered = new List<byte>();
            try
            {
                await ReadAsync(stream, bufferSize, delivered);
                return false;
            }
            catch (ArtifactIntegrityException exception)
            {
                return delivered.Count < content.Length && exception.Expected == info.Sha256 && exception.Actual == Sha256Digest.Of(damaged);
            }
        });
    }

    [Test]
    public async Task Content_that_ends_early_is_refused([Values] bool digestIsKnown)
    {
        await using var stream = ArtifactStreams.Verify(new MemoryStream(new byte[99]), Describe(new byte[100], digestIsKnown));

        await Assert.ThatAsync(
            () => ReadAsync(stream, 10),
            Throws.TypeOf<ArtifactIntegrityException>().With.Message.Contains("The expected length is 100 bytes; the store returned 99 bytes."));
    }

    [Test]
    public async Task Content_that_is_too_long_is_refused([Values] bool digestIsKnown)
    {
        await using var stream = ArtifactStreams.Verify(new MemoryStream(new byte[101]), Describe(new byte[100], digestIsKnown));

        await Assert.ThatAsync(
            () => ReadAsync(stream, 1_000), Throws.TypeOf<ArtifactIntegrityException>().With.Message.Contains("The expected length is 100 bytes"));
    }

    [Test]
    public async Task Refused_content_is_refused_again()
    {
        await using var stream = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([1, 2, 4]));
        await Assert.ThatAsync(() => ReadAsync(stream, 10), Throws.TypeOf<ArtifactIntegrityException>());

        await Assert.ThatAsync(() => ReadAsync(stream, 10), Throws.TypeOf<ArtifactIntegrityException>());
    }

    [Test]
    public async Task Content_without_a_known_digest_is_verified_by_its_length()
    {
        await using var stream = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([9, 9, 9], digestIsKnown: false));

        Assert.That(await ReadAsync(stream, 2), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Synchronous_reads_are_verified_too()
    {
        using var right = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([1, 2, 3]));
        using var wrong = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([1, 2, 4]));

        Assert.That(right.Read(new byte[10], 0, 10), Is.EqualTo(3));
        Assert.That(() => wrong.Read(new byte[10], 0, 10), Throws.TypeOf<ArtifactIntegrityException>());
    }

    [Test]
    public async Task Read_into_an_empty_buffer_is_not_taken_for_the_end()
    {
        await using Stream stream = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([1, 2, 3]));

        Assert.That(await stream.ReadAsync(Memory<byte>.Empty), Is.Zero);
        Assert.That(stream.Read([]), Is.Zero);
        Assert.That(await ReadAsync(stream, 10), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Disposing_disposes_the_inner_stream([Values] bool asynchronously)
    {
        var inner = new MemoryStream();
        var stream = ArtifactStreams.Verify(inner, Describe([]));

        if (asynchronously)
        {
            await stream.DisposeAsync();
        }
        else
        {
            stream.Dispose();
        }

        Assert.That(inner.CanRead, Is.False);
    }

    [Test]
    public async Task Copy_delivers_every_byte([Values(0, 1, 15, 16, 17, 64, 1_000)] int length, [Values] bool digestIsKnown)
    {
        var content = RandomBytes(length);
        await using var stream = ArtifactStreams.Verify(new MemoryStream(content), Describe(content, digestIsKnown));
        using var copy = new MemoryStream();

        await stream.CopyToAsync(copy, 16);

        Assert.That(copy.ToArray(), Is.EqualTo(content));
        Assert.That(stream.Position, Is.EqualTo(length));
    }

    [TestCase(1_000, 999, Description = "flipped")]
    [TestCase(1_000, 0, Description = "flipped at the start")]
    [TestCase(999, -1, Description = "ends early")]
    [TestCase(1_001, -1, Description = "goes on")]
    [TestCase(2_000, -1, Description = "goes on for long")]
    public async Task Copy_withholds_the_last_bytes_of_wrong_content(int length, int flipped)
    {
        var expected = RandomBytes(1_000);
        var actual = expected.Concat(new byte[1_000]).Take(length).ToArray();
        if (flipped >= 0)
        {
            actual[flipped] ^= 1;
        }

        await using var stream = ArtifactStreams.Verify(new MemoryStream(actual), Describe(expected));
        using var copy = new MemoryStream();

        await Assert.ThatAsync(() => stream.CopyToAsync(copy, 16), Throws.TypeOf<ArtifactIntegrityException>());

        Assert.That(copy.Length, Is.LessThan(1_000));
        await Assert.ThatAsync(
            () => stream.CopyToAsync(copy, 16).WaitAsync(TimeSpan.FromSeconds(20)), Throws.TypeOf<ArtifactIntegrityException>(), "stays refused");
    }

    [Test]
    public async Task Copy_to_a_failing_stream_throws_its_exception()
    {
        await using var stream = ArtifactStreams.Verify(new MemoryStream(RandomBytes(1_000)), Describe(RandomBytes(1_000)));

        await Assert.ThatAsync(
            () => stream.CopyToAsync(new MemoryStream(new byte[100]), 16).WaitAsync(TimeSpan.FromSeconds(20)), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void Stream_is_forward_only_and_has_a_length()
    {
        using var stream = ArtifactStreams.Verify(new MemoryStream([1, 2, 3]), Describe([1, 2, 3]));

        Assert.That(stream.CanRead, Is.True);
        Assert.That(stream.CanSeek, Is.False);
        Assert.That(stream.CanWrite, Is.False);
        Assert.That(stream.Length, Is.EqualTo(3));
        Assert.That(() => stream.Seek(0, SeekOrigin.Begin), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Position = 0, Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(0), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => stream.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static ArtifactInfo Describe(byte[] content, bool digestIsKnown = true) => new()
    {
        Path = ArtifactPath.Parse("a"),
        Size = content.Length,
        ETag = "tag",
        LastModified = DateTimeOffset.UnixEpoch,
        ContentType = ArtifactWriteOptions.DefaultContentType,
        Metadata = FrozenDictionary<string, string>.Empty,
        Sha256 = digestIsKnown ? Sha256Digest.Of(content) : null,
    };

    private static async Task<List<byte>> ReadAsync(Stream stream, int bufferSize, List<byte>? delivered = null)
    {
        delivered ??= [];
        var buffer = new byte[bufferSize];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            delivered.AddRange(buffer.AsSpan(0, count));
        }

        return delivered;
    }
}
