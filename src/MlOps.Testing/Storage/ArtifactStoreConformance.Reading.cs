using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Find_of_a_missing_path_returns_null()
    {
        Assert.That(await Store.FindAsync(At("none")), Is.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_of_a_missing_path_throws_not_found_with_the_path()
    {
        var exception = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Store.OpenReadAsync(At("no/such")));

        Assert.That(exception!.Path, Is.EqualTo(At("no/such")));
        Assert.That(exception.Message, Does.Contain("'no/such'"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_of_a_range_of_a_missing_path_throws_not_found()
    {
        await Assert.ThatAsync(() => Store.OpenRangeAsync(At("none"), new ArtifactRange(0, 1)), Throws.TypeOf<ArtifactNotFoundException>());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_of_a_missing_path_throws_not_found()
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
    public async Task Read_returns_the_same_attributes_as_find()
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
    public async Task Empty_content_is_an_artifact()
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
    public async Task Content_read_to_its_end_returns_zero_bytes_repeatedly()
    {
        await Store.WriteTextAsync(At("a"), "text");
        await using var content = await Store.OpenReadAsync(At("a"));
        await ReadToEndAsync(content.Stream);

        Assert.That(await content.Stream.ReadAsync(new byte[10]), Is.Zero);
        Assert.That(await content.Stream.ReadAsync(new byte[10]), Is.Zero);
    }

    [Test]
    public async Task Reading_into_an_empty_buffer_skips_no_bytes()
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
    public async Task Disposing_content_before_its_end_succeeds()
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
    public async Task Disposing_unread_content_succeeds()
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
    public async Task Read_of_corrupted_content_throws_integrity()
    {
        var content = MakeContent(100_000);
        await Store.WriteBytesAsync(At("a"), content);
        if (!await CorruptAsync(Store, At("a")))
        {
            Assert.Ignore("The stored data of the provider is not accessible from outside.");
        }

        var exception = await Assert.ThrowsAsync<ArtifactIntegrityException>(() => Store.ReadBytesAsync(At("a")));

        Assert.That(exception!.Path, Is.EqualTo(At("a")));
        Assert.That(exception.Message, Does.Contain("'a'").And.Contains("Discard the content"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_returns_null_for_the_current_tag()
    {
        var written = await Store.WriteTextAsync(At("a"), "text");

        var content = await Store.OpenReadAsync(At("a"), new ArtifactReadOptions { IfNoneMatch = written.ETag });

        Assert.That(content, Is.Null);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Read_if_none_match_of_a_range_returns_null_for_the_current_tag()
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
