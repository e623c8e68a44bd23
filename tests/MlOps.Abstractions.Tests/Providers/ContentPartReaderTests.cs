using CsCheck;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Providers;

public sealed class ContentPartReaderTests
{
    [Test]
    public async Task Parts_of_any_stream_join_to_the_content()
    {
        await Gen.Select(
            Gen.Byte.Array[0, 300], Gen.Int[1, 100], Gen.Int[1, 40], Gen.Bool).SampleAsync(static async (content, partSize, largestRead, seekable) =>
        {
            await using var stream = seekable ? new MemoryStream(content) : (Stream)new ForwardOnlyStream(content) { LargestRead = largestRead };
            using var reader = new ContentPartReader(stream, partSize);
            var parts = new List<(int Number, long Offset, byte[] Bytes, bool IsLast)>();
            await foreach (var part in reader.ReadAllAsync())
            {
                using (part)
                {
                    parts.Add((part.Number, part.Offset, part.Content.ToArray(), part.IsLast));
                }
            }

            return parts.SelectMany(static part => part.Bytes).SequenceEqual(content)
                && parts.Select(static part => part.Number).SequenceEqual(Enumerable.Range(1, parts.Count))
                && parts.Select(static part => part.Offset).SequenceEqual(parts.Select((_, index) => (long)index * partSize))
                && parts.SkipLast(1).All(part => part.Bytes.Length == partSize && !part.IsLast)
                && (parts[^1].IsLast || parts[^1].Bytes.Length == partSize)
                && reader.BytesRead == content.Length
                && await reader.GetDigestAsync() == Sha256Digest.Of(content);
        });
    }

    [Test]
    public async Task Empty_stream_has_one_empty_part([Values] bool seekable)
    {
        await using var stream = seekable ? new MemoryStream() : (Stream)new ForwardOnlyStream(default);
        using var reader = new ContentPartReader(stream, 10);

        using var part = await reader.ReadAsync();

        Assert.That(part!.Content.Length, Is.Zero);
        Assert.That(part.IsLast, Is.True);
        Assert.That(part.Number, Is.EqualTo(1));
        Assert.That(await reader.ReadAsync(), Is.Null);
        Assert.That(await reader.GetDigestAsync(), Is.EqualTo(Sha256Digest.Of([])));
    }

    [Test]
    public async Task Small_content_is_known_to_be_all_after_one_part([Values] bool seekable)
    {
        await using var stream = seekable ? new MemoryStream([1, 2, 3]) : (Stream)new ForwardOnlyStream(new byte[] { 1, 2, 3 });
        using var reader = new ContentPartReader(stream, 8 << 20);

        using var part = await reader.ReadAsync();

        Assert.That(part!.IsLast, Is.True);
    }

    [Test]
    public async Task Reading_begins_at_the_streams_position()
    {
        using var stream = new MemoryStream([1, 2, 3, 4]) { Position = 2 };
        using var reader = new ContentPartReader(stream, 10);

        using var part = await reader.ReadAsync();

        Assert.That(part!.Content.ToArray(), Is.EqualTo(new byte[] { 3, 4 }));
        Assert.That(part.Offset, Is.Zero);
    }

    [Test]
    public async Task Read_all_begins_with_the_part_already_read()
    {
        using var stream = new MemoryStream(new byte[25]);
        using var reader = new ContentPartReader(stream, 10);
        var first = await reader.ReadAsync();

        var numbers = new List<int>();
        await foreach (var part in reader.ReadAllAsync(first))
        {
            numbers.Add(part.Number);
            part.Dispose();
        }

        Assert.That(numbers, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Part_can_be_read_as_a_stream_more_than_once()
    {
        using var stream = new MemoryStream([1, 2, 3]);
        using var reader = new ContentPartReader(stream, 10);
        using var part = await reader.ReadAsync();

        using var opened = part!.OpenRead();
        opened.ReadByte();
        opened.Position = 0;

        Assert.That(opened.Length, Is.EqualTo(3));
        Assert.That(opened.ReadByte(), Is.EqualTo(1));
        Assert.That(opened.CanWrite, Is.False);
    }

    [Test]
    public async Task Disposed_part_gives_nothing_away()
    {
        using var stream = new MemoryStream([1, 2, 3]);
        using var reader = new ContentPartReader(stream, 10);
        var part = await reader.ReadAsync();

        part!.Dispose();
        part.Dispose();

        Assert.That(() => part.Content, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(part.OpenRead, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Exception_of_the_stream_is_not_changed()
    {
        var thrown = new IOException("The source broke.");
        await using var stream = new ForwardOnlyStream(new byte[100]) { InterruptAt = 50, Interruption = _ => throw thrown };
        using var reader = new ContentPartReader(stream, 1_000);

        Assert.That(await Assert.CatchAsync(() => reader.ReadAsync()), Is.SameAs(thrown));
    }

    [Test]
    public async Task Disposing_leaves_the_stream_open()
    {
        await using var stream = new ForwardOnlyStream(new byte[100]);

        new ContentPartReader(stream, 10).Dispose();

        Assert.That(stream.IsDisposed, Is.False);
    }

    [Test]
    public async Task Cancelled_read_is_cancelled()
    {
        await using var stream = new ForwardOnlyStream(new byte[100]);
        using var reader = new ContentPartReader(stream, 10);

        await Assert.ThatAsync(() => reader.ReadAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
