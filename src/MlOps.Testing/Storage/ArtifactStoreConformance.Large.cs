using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Large_content_is_returned_and_verified([Values] bool seekable)
    {
        var content = MakeContent(LargeSize);
        await using var stream = seekable ? new MemoryStream(content) : (Stream)new ForwardOnlyStream(content);

        var result = await Store.WriteAsync(At("a"), stream);

        Assert.That(result.Size, Is.EqualTo(LargeSize));
        Assert.That(result.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Large_content_from_a_later_position_is_returned()
    {
        var content = MakeContent(LargeSize);
        using var stream = new MemoryStream(content) { Position = 1_000_003 };

        await Store.WriteAsync(At("a"), stream);

        await AssertHoldsAsync(At("a"), content[1_000_003..]);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Large_content_in_pieces_of_different_sizes_is_returned()
    {
        var content = MakeContent(LargeSize);

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content) { LargestRead = 65_521 });

        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Digest_of_large_content_from_a_stream_that_can_seek_is_recorded()
    {
        var content = MakeContent(LargeSize);

        await Store.WriteBytesAsync(At("a"), content);

        Assert.That((await Store.FindAsync(At("a")))!.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Digest_of_large_content_that_was_expected_is_recorded()
    {
        var content = MakeContent(LargeSize);

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content), new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of(content) });

        Assert.That((await Store.FindAsync(At("a")))!.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Digest_of_large_content_from_a_stream_that_cannot_seek_is_recorded()
    {
        if (!RecordsDigestOfLargeUnseekableContent)
        {
            Assert.Ignore("The service of the provider fixes the metadata when an upload starts.");
        }

        var content = MakeContent(LargeSize);

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content));

        Assert.That((await Store.FindAsync(At("a")))!.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
    }

    [TestCase(4)]
    [TestCase(5)]
    [TestCase(8)]
    [TestCase(16)]
    public async Task Content_of_about_a_multiple_of_the_part_size_is_returned(int mebibytes)
    {
        foreach (var size in new[] { -1, 0, 1 }.Select(more => (mebibytes << 20) + more))
        {
            var content = MakeContent(size, seed: size);

            var result = await Store.WriteAsync(At("forward"), new ForwardOnlyStream(content));
            await Store.WriteBytesAsync(At("seekable"), content);

            Assert.That(result.Size, Is.EqualTo(size));
            await AssertHoldsAsync(At("forward"), content);
            await AssertHoldsAsync(At("seekable"), content);
            Assert.That((await Store.FindAsync(At("seekable")))!.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Several_large_contents_are_transferred_at_the_same_time()
    {
        var contents = Enumerable.Range(1, 3).ToDictionary(static i => At($"large/{i}"), i => MakeContent(LargeSize + i, seed: i));

        await Task.WhenAll(contents.Select(pair => Store.WriteBytesAsync(pair.Key, pair.Value)));
        var read = await Task.WhenAll(contents.Keys.Select(path => Store.ReadBytesAsync(path)));

        foreach (var (actual, expected) in read.Zip(contents.Values))
        {
            AssertSame(actual, expected);
        }
    }
}
