using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<string, string> s_metadata = new()
    {
        ["ascii"] = "plain value, with: punctuation; \"quotes\" and =",
        ["unicode"] = "Größe 日本語 😀",
        ["spaces"] = "  at both ends and   between  ",
        ["empty"] = "",
        ["blank"] = " ",
        ["percent"] = "100% %20 %zz %",
        ["plus"] = "a+b",
        ["lines"] = "one\r\ntwo\tthree",
        ["base64"] = "=?UTF-8?B?w6k=?=",
        ["key_with_digits_1"] = "1",
        ["a"] = "shortest key",
    };

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_returns_the_same_size_digest_and_tag_as_find()
    {
        var content = MakeContent(1_234);

        var result = await Store.WriteBytesAsync(At("a/b"), content);

        var found = await Store.FindAsync(At("a/b"));
        Assert.That(found!.Path, Is.EqualTo(At("a/b")));
        Assert.That(found.Size, Is.EqualTo(1_234));
        Assert.That(result.Size, Is.EqualTo(1_234));
        Assert.That(found.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
        Assert.That(result.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
        Assert.That(result.ETag, Is.Not.Empty.And.EqualTo(found.ETag));
    }

    [Test]
    public async Task Digest_of_small_content_from_a_stream_that_cannot_seek_is_recorded()
    {
        var content = MakeContent(50_000);

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content));

        Assert.That((await Store.FindAsync(At("a")))!.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
    }

    [Test]
    public async Task Tag_stays_while_nothing_is_written()
    {
        await Store.WriteTextAsync(At("a"), "text");
        var before = await Store.FindAsync(At("a"));

        await Store.ReadBytesAsync(At("a"));
        await Store.WriteTextAsync(At("b"), "text");

        Assert.That((await Store.FindAsync(At("a")))!.ETag, Is.EqualTo(before!.ETag));
    }

    [Test]
    public async Task Tag_changes_when_other_bytes_are_written()
    {
        var first = await Store.WriteTextAsync(At("a"), "first");

        var second = await Store.WriteTextAsync(At("a"), "other");

        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
    }

    [Test]
    public async Task Content_type_is_octet_stream_by_default()
    {
        await Store.WriteTextAsync(At("a"), "text");

        Assert.That((await Store.FindAsync(At("a")))!.ContentType, Is.EqualTo("application/octet-stream"));
    }

    [TestCase("text/csv", "text/csv")]
    [TestCase("Text/CSV", "Text/CSV")]
    [TestCase("text/plain; charset=utf-8", "text/plain; charset=utf-8")]
    [TestCase("text/plain;charset=utf-8;header=present", "text/plain; charset=utf-8; header=present")]
    [TestCase("application/vnd.example+json; profile=\"a b\"", "application/vnd.example+json; profile=\"a b\"")]
    public async Task Content_type_is_kept_with_one_space_between_parameters(string written, string kept)
    {
        await Store.WriteTextAsync(At("a"), "text", new ArtifactWriteOptions { ContentType = written });

        Assert.That((await Store.FindAsync(At("a")))!.ContentType, Is.EqualTo(kept));
    }

    [Test]
    public async Task Metadata_is_empty_by_default()
    {
        await Store.WriteTextAsync(At("a"), "text");

        Assert.That((await Store.FindAsync(At("a")))!.Metadata, Is.Empty);
    }

    [Test]
    public async Task Metadata_is_returned_exactly()
    {
        await Store.WriteTextAsync(At("a"), "text", new ArtifactWriteOptions { Metadata = s_metadata });

        Assert.That((await Store.FindAsync(At("a")))!.Metadata, Is.EquivalentTo(s_metadata));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Metadata_of_large_content_is_returned_exactly()
    {
        var options = new ArtifactWriteOptions { Metadata = s_metadata, ContentType = "application/zip" };

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(MakeContent(LargeSize)), options);

        var found = await Store.FindAsync(At("a"));
        Assert.That(found!.Metadata, Is.EquivalentTo(s_metadata));
        Assert.That(found.ContentType, Is.EqualTo("application/zip"));
    }

    [Test]
    public async Task Metadata_of_the_maximum_size_is_returned_exactly()
    {
        var metadata = new Dictionary<string, string> { ["k"] = new string('v', ArtifactMetadata.MaxBytes - 1) };

        await Store.WriteTextAsync(At("a"), "text", new ArtifactWriteOptions { Metadata = metadata });

        Assert.That((await Store.FindAsync(At("a")))!.Metadata, Is.EquivalentTo(metadata));
    }

    [Test]
    public async Task Overwriting_replaces_all_attributes()
    {
        var first = new ArtifactWriteOptions { ContentType = "text/csv", Metadata = new Dictionary<string, string> { ["old"] = "1" } };
        await Store.WriteTextAsync(At("a"), "first", first);

        await Store.WriteTextAsync(At("a"), "second", new ArtifactWriteOptions { Metadata = new Dictionary<string, string> { ["new"] = "2" } });

        var found = await Store.FindAsync(At("a"));
        Assert.That(found!.ContentType, Is.EqualTo(ArtifactWriteOptions.DefaultContentType));
        Assert.That(found.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["new"] = "2" }));
        Assert.That(found.Size, Is.EqualTo(6));
        Assert.That(found.Sha256, Is.EqualTo(Sha256Digest.Of("second"u8)));
    }

    [Test]
    public async Task Last_modified_is_the_time_of_the_write_in_utc()
    {
        var now = TimeProvider.System.GetUtcNow();

        await Store.WriteTextAsync(At("a"), "text");

        var found = await Store.FindAsync(At("a"));
        Assert.That(found!.LastModified, Is.EqualTo(now).Within(s_clockTolerance), "by the store's clock");
        Assert.That(found.LastModified.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Last_modified_does_not_go_back_when_an_artifact_is_overwritten()
    {
        await Store.WriteTextAsync(At("a"), "first");
        var first = await Store.FindAsync(At("a"));

        await Store.WriteTextAsync(At("a"), "second");

        Assert.That((await Store.FindAsync(At("a")))!.LastModified, Is.GreaterThanOrEqualTo(first!.LastModified));
    }

    [Test]
    public async Task Listing_returns_the_same_attributes_as_find()
    {
        await Store.WriteBytesAsync(At("a/b"), MakeContent(321));
        var found = await Store.FindAsync(At("a/b"));

        var entries = new List<ArtifactEntry>();
        await foreach (var entry in Store.ListAsync())
        {
            entries.Add(entry);
        }

        Assert.That(entries, Has.Count.EqualTo(1));
        Assert.That(entries[0].Path, Is.EqualTo(At("a/b")));
        Assert.That(entries[0].Size, Is.EqualTo(321));
        Assert.That(entries[0].ETag, Is.EqualTo(found!.ETag));
        Assert.That(
            entries[0].LastModified,
            Is.EqualTo(found.LastModified).Within(TimeSpan.FromSeconds(1)),
            "headers have whole seconds, listings may have finer time");
    }
}
