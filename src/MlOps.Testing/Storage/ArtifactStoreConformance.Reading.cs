using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Find_of_what_is_absent_is_null()
    {
        Assert.That(await Store.FindAsync(At("none")), Is.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_of_what_is_absent_throws_not_found_with_the_path()
    {
        var exception = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Store.OpenReadAsync(At("no/such")));

        Assert.That(exception!.Path, Is.EqualTo(At("no/such")));
        Assert.That(exception.Message, Does.Contain("'no/such'"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_of_a_range_of_what_is_absent_throws_not_found()
    {
        await Assert.ThatAsync(() => Store.OpenRangeAsync(At("none"), new ArtifactRange(0, 1)), Throws.TypeOf<ArtifactNotFoundException>());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_of_what_is_absent_throws_not_found()
    {
        await Assert.ThatAsync(
            () => Store.OpenReadAsync(At("none"), new ArtifactReadOptions { IfNoneMatch = "tag" }), Throws.TypeOf<ArtifactNotFoundException>());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_returns_the_bytes_written()
    {
        var content = MakeContent(10_000);

        await Store.WriteBytesAsync(At("a"), content);

        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_tells_the_same_of_the_artifact_as_find()
    {
        var options = new ArtifactWriteOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["key"] = "value" } };
        await Store.WriteTextAsync(At("a/b"), "text", options);

        var found = await Store.FindAsync(At("a/b"));
        await using var content = await Store.OpenReadAsync(At("a/b"));

        Assert.That(content.Info.Path, Is.EqualTo(found!.Path));
        Assert.That(content.Info.Size, Is.EqualTo(found.Size));
        Assert.That(content.Info.ETag, Is.EqualTo(found.ETag));
        Assert.That(content.Info.LastModified, Is.EqualTo(found.LastModified));
        Assert.That(content.Info.ContentType, Is.EqualTo(found.ContentType));
        Assert.That(content.Info.Metadata, Is.EquivalentTo(found.Metadata));
        Assert.That(content.Info.Sha256, Is.EqualTo(found.Sha256));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Content_of_no_bytes_is_an_artifact()
    {
        var result = await Store.WriteBytesAsync(At("empty"), []);

        var found = await Store.FindAsync(At("empty"));
        await AssertHoldsAsync(At("empty"), []);
        Assert.That(found!.Size, Is.Zero);
        Assert.That(found.Sha256, Is.EqualTo(Sha256Digest.Of([])));
        Assert.That(result.Size, Is.Zero);
        Assert.That(result.ETag, Is.EqualTo(found.ETag));
    }

    [Test]
    public async Task Content_can_be_read_in_small_pieces()
    {
        var content = MakeContent(1_000);
        await Store.WriteBytesAsync(At("a"), content);
        await using var opened = await Store.OpenReadAsync(At("a"));

        var bytes = new List<byte>();
        var piece = new byte[7];
        while (await opened.Stream.ReadAsync(piece) is > 0 and var count)
        {
            bytes.AddRange(piece.AsSpan(0, count));
        }

        AssertSame([.. bytes], content);
    }

    [Test]
    public async Task Content_read_to_its_end_has_no_more_bytes_however_often_one_asks()
    {
        await Store.WriteTextAsync(At("a"), "text");
        await using var content = await Store.OpenReadAsync(At("a"));
        await ReadToEndAsync(content.Stream);

        Assert.That(await content.Stream.ReadAsync(new byte[10]), Is.Zero);
        Assert.That(await content.Stream.ReadAsync(new byte[10]), Is.Zero);
    }

    [Test]
    public async Task Content_read_into_an_empty_buffer_loses_nothing()
    {
        await Store.WriteTextAsync(At("a"), "text");
        await using var content = await Store.OpenReadAsync(At("a"));

        Assert.That(await content.Stream.ReadAsync(Memory<byte>.Empty), Is.Zero);
        AssertSame(await ReadToEndAsync(content.Stream), "text"u8);
    }

    [Test]
    public async Task Content_can_be_read_but_not_written()
    {
        await Store.WriteTextAsync(At("a"), "text");

        await using var content = await Store.OpenReadAsync(At("a"));

        Assert.That(content.Stream.CanRead, Is.True);
        Assert.That(content.Stream.CanWrite, Is.False);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Content_disposed_before_its_end_does_no_harm()
    {
        var content = MakeContent(LargeSize);
        await Store.WriteBytesAsync(At("a"), content);
        var opened = await Store.OpenReadAsync(At("a"));
        await opened.Stream.ReadExactlyAsync(new byte[100]);

        await opened.DisposeAsync();
        await opened.DisposeAsync();

        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Content_never_read_does_no_harm()
    {
        await Store.WriteBytesAsync(At("a"), MakeContent(100_000));

        await (await Store.OpenReadAsync(At("a"))).DisposeAsync();

        await Store.DeleteAsync(At("a"));
        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Many_readers_read_one_artifact_at_the_same_time()
    {
        var content = MakeContent(300_000);
        await Store.WriteBytesAsync(At("a"), content);

        var reads = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => Store.ReadBytesAsync(At("a")))));

        Assert.That(reads, Has.Length.EqualTo(Writers));
        Assert.That(reads, Has.All.Matches<byte[]>(bytes => bytes.AsSpan().SequenceEqual(content)));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_of_corrupted_bytes_throws_integrity_instead_of_delivering_them()
    {
        var content = MakeContent(100_000);
        await Store.WriteBytesAsync(At("a"), content);
        if (!await CorruptAsync(Store, At("a")))
        {
            Assert.Ignore("The provider's stored bytes cannot be reached from outside.");
        }

        var exception = await Assert.ThrowsAsync<ArtifactIntegrityException>(() => Store.ReadBytesAsync(At("a")));

        Assert.That(exception!.Path, Is.EqualTo(At("a")));
        Assert.That(exception.Message, Does.Contain("'a'").And.Contains("Discard the content"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_reads_nothing_while_the_tag_is_current()
    {
        var written = await Store.WriteTextAsync(At("a"), "text");

        var content = await Store.OpenReadAsync(At("a"), new ArtifactReadOptions { IfNoneMatch = written.ETag });

        Assert.That(content, Is.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_of_a_range_reads_nothing_while_the_tag_is_current()
    {
        var written = await Store.WriteTextAsync(At("a"), "text");

        var content = await Store.OpenReadAsync(At("a"), new ArtifactReadOptions { IfNoneMatch = written.ETag, Range = new ArtifactRange(1, 2) });

        Assert.That(content, Is.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_reads_once_the_artifact_has_changed()
    {
        var first = await Store.WriteTextAsync(At("a"), "first");
        var second = await Store.WriteTextAsync(At("a"), "second");

        await using var content = await Store.OpenReadAsync(At("a"), new ArtifactReadOptions { IfNoneMatch = first.ETag });

        AssertSame(await ReadToEndAsync(content!.Stream), "second"u8);
        Assert.That(content.Info.ETag, Is.EqualTo(second.ETag));
    }
}
