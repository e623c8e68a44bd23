using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private static ArtifactWriteOptions IfAbsent { get; } = new() { Condition = WriteCondition.IfAbsent };

    private static ArtifactWriteOptions IfMatch(string eTag) => new() { Condition = WriteCondition.IfMatch(eTag) };

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_writes_to_a_free_path()
    {
        await Store.WriteTextAsync(At("a"), "text", IfAbsent);

        await AssertHoldsAsync(At("a"), "text"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_throws_exists_and_keeps_the_existing_artifact()
    {
        var options = new ArtifactWriteOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["key"] = "value" } };
        var first = await Store.WriteTextAsync(At("a/b"), "first", options);

        var exception = await Assert.ThrowsAsync<ArtifactExistsException>(() => Store.WriteTextAsync(At("a/b"), "second", IfAbsent));

        var found = await Store.FindAsync(At("a/b"));
        Assert.That(exception!.Path, Is.EqualTo(At("a/b")));
        Assert.That(exception.Message, Does.Contain("'a/b'"));
        Assert.That(found!.ETag, Is.EqualTo(first.ETag));
        Assert.That(found.ContentType, Is.EqualTo("text/plain"));
        Assert.That(found.Metadata, Is.EquivalentTo(options.Metadata));
        await AssertHoldsAsync(At("a/b"), "first"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_throws_exists_for_the_same_bytes()
    {
        await Store.WriteTextAsync(At("a"), "text", IfAbsent);

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "text", IfAbsent), Throws.TypeOf<ArtifactExistsException>());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_throws_exists_for_an_empty_artifact()
    {
        await Store.WriteBytesAsync(At("a"), []);

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "text", IfAbsent), Throws.TypeOf<ArtifactExistsException>());
        await AssertHoldsAsync(At("a"), []);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_writes_after_a_delete()
    {
        await Store.WriteTextAsync(At("a"), "first");
        await Store.DeleteAsync(At("a"));

        await Store.WriteTextAsync(At("a"), "second", IfAbsent);

        await AssertHoldsAsync(At("a"), "second"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_checks_only_the_path_itself()
    {
        await WriteAllAsync("a/b/c", "a/bc", "a/B");

        await Store.WriteTextAsync(At("a/b"), "text", IfAbsent);

        await AssertHoldsAsync(At("a/b"), "text"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_of_large_content_throws_exists_and_keeps_the_existing_artifact([Values] bool seekable)
    {
        await Store.WriteTextAsync(At("a"), "first");
        var content = MakeContent(LargeSize);
        await using var stream = seekable ? new MemoryStream(content) : (Stream)new ForwardOnlyStream(content);

        await Assert.ThatAsync(() => Store.WriteAsync(At("a"), stream, IfAbsent), Throws.TypeOf<ArtifactExistsException>());

        await AssertHoldsAsync(At("a"), "first"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_absent_of_large_content_writes_to_a_free_path([Values] bool seekable)
    {
        var content = MakeContent(LargeSize);
        await using var stream = seekable ? new MemoryStream(content) : (Stream)new ForwardOnlyStream(content);

        await Store.WriteAsync(At("a"), stream, IfAbsent);

        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_writes_over_the_version_with_the_tag([Values] bool large)
    {
        var first = await Store.WriteTextAsync(At("a"), "first");
        var content = MakeContent(large ? LargeSize : 100);

        await Store.WriteBytesAsync(At("a"), content, IfMatch(first.ETag));

        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_throws_conflict_after_another_write_and_keeps_it([Values] bool large)
    {
        var first = await Store.WriteTextAsync(At("a/b"), "first");
        await Store.WriteTextAsync(At("a/b"), "second");

        var exception = await Assert.ThrowsAsync<ArtifactConflictException>(
            () => Store.WriteBytesAsync(At("a/b"), MakeContent(large ? LargeSize : 100), IfMatch(first.ETag)));

        Assert.That(exception!.Path, Is.EqualTo(At("a/b")));
        Assert.That(exception.Message, Does.Contain("'a/b'"));
        await AssertHoldsAsync(At("a/b"), "second"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_throws_conflict_for_a_missing_artifact_and_writes_nothing()
    {
        var other = await Store.WriteTextAsync(At("other"), "text");

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "text", IfMatch(other.ETag)), Throws.TypeOf<ArtifactConflictException>());

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_throws_conflict_after_a_delete()
    {
        var first = await Store.WriteTextAsync(At("a"), "first");
        await Store.DeleteAsync(At("a"));

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "second", IfMatch(first.ETag)), Throws.TypeOf<ArtifactConflictException>());

        await AssertHoldsNothingAsync(At("a"));
    }

    [TestCase("unknown")]
    [TestCase("\"00000000000000000000000000000000\"")]
    [TestCase("*")]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_throws_conflict_for_an_unknown_tag(string tag)
    {
        await Store.WriteTextAsync(At("a"), "first");

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "second", IfMatch(tag)), Throws.TypeOf<ArtifactConflictException>());

        await AssertHoldsAsync(At("a"), "first"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_accepts_the_tag_of_a_write_a_find_a_read_and_a_listing()
    {
        var tag = (await Store.WriteTextAsync(At("a"), "0")).ETag;
        await Store.WriteTextAsync(At("a"), "1", IfMatch(tag));
        await Store.WriteTextAsync(At("a"), "2", IfMatch((await Store.FindAsync(At("a")))!.ETag));
        await using (var content = await Store.OpenReadAsync(At("a")))
        {
            tag = content.Info.ETag;
        }

        await Store.WriteTextAsync(At("a"), "3", IfMatch(tag));
        await foreach (var entry in Store.ListAsync())
        {
            tag = entry.ETag;
        }

        await Store.WriteTextAsync(At("a"), "4", IfMatch(tag));

        await AssertHoldsAsync(At("a"), "4"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task If_match_detects_a_reverted_change_if_each_version_has_a_nonce()
    {
        var first = await Store.WriteTextAsync(At("a"), "A, nonce 1");
        await Store.WriteTextAsync(At("a"), "B, nonce 2");
        await Store.WriteTextAsync(At("a"), "A, nonce 3");

        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "C, nonce 4", IfMatch(first.ETag)), Throws.TypeOf<ArtifactConflictException>());
    }
}
