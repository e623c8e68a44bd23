using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_replaces_an_earlier_artifact()
    {
        await Store.WriteBytesAsync(At("a"), MakeContent(5_000, seed: 1));
        var later = MakeContent(100, seed: 2);

        await Store.WriteBytesAsync(At("a"), later);

        await AssertHoldsAsync(At("a"), later);
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_of_the_same_bytes_again_succeeds()
    {
        await Store.WriteTextAsync(At("a"), "text");

        var again = await Store.WriteTextAsync(At("a"), "text");

        Assert.That((await Store.FindAsync(At("a")))!.ETag, Is.EqualTo(again.ETag));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_begins_at_the_streams_position()
    {
        using var stream = new MemoryStream("0123456789"u8.ToArray()) { Position = 3 };

        var result = await Store.WriteAsync(At("a"), stream);

        await AssertHoldsAsync(At("a"), "3456789"u8.ToArray());
        Assert.That(result.Size, Is.EqualTo(7));
        Assert.That(result.Sha256, Is.EqualTo(Sha256Digest.Of("3456789"u8)));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_of_a_stream_at_its_end_stores_no_bytes()
    {
        using var stream = new MemoryStream("0123456789"u8.ToArray()) { Position = 10 };

        await Store.WriteAsync(At("a"), stream);

        await AssertHoldsAsync(At("a"), []);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100_000)]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_accepts_a_stream_that_cannot_seek_and_has_no_length(int length)
    {
        var content = MakeContent(length);

        var result = await Store.WriteAsync(At("a"), new ForwardOnlyStream(content));

        await AssertHoldsAsync(At("a"), content);
        Assert.That(result.Size, Is.EqualTo(length));
    }

    [Test]
    public async Task Write_accepts_a_stream_that_returns_few_bytes_at_a_time()
    {
        var content = MakeContent(10_000);

        await Store.WriteAsync(At("a"), new ForwardOnlyStream(content) { LargestRead = 3 });

        await AssertHoldsAsync(At("a"), content);
    }

    [TestCase(100)]
    [TestCase(12 << 20)]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_leaves_the_callers_stream_open(int length)
    {
        await using var unseekable = new ForwardOnlyStream(MakeContent(length));
        using var seekable = new MemoryStream(MakeContent(length));

        await Store.WriteAsync(At("a"), unseekable);
        await Store.WriteAsync(At("b"), seekable);

        Assert.That(unseekable.IsDisposed, Is.False);
        Assert.That(seekable.CanRead, Is.True);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_shows_nothing_before_its_content_has_ended()
    {
        var gate = new TestGate();
        var content = MakeContent(LargeSize);
        var writing = Store.WriteAsync(At("a"), new ForwardOnlyStream(content) { InterruptAt = LargeSize - 1, Interruption = gate.PassAsync });
        await gate.Reached.WaitAsync(OperationTimeout);

        await AssertHoldsNothingAsync(At("a"));

        gate.Open();
        await writing;
        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Write_shows_the_earlier_artifact_until_its_content_has_ended()
    {
        var gate = new TestGate();
        var earlier = MakeContent(100, seed: 1);
        var later = MakeContent(LargeSize, seed: 2);
        await Store.WriteBytesAsync(At("a"), earlier);
        var writing = Store.WriteAsync(At("a"), new ForwardOnlyStream(later) { InterruptAt = LargeSize - 1, Interruption = gate.PassAsync });
        await gate.Reached.WaitAsync(OperationTimeout);

        await AssertHoldsAsync(At("a"), earlier);

        gate.Open();
        await writing;
        await AssertHoldsAsync(At("a"), later);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Many_artifacts_are_written_at_the_same_time()
    {
        var contents = Enumerable.Range(0, 100).ToDictionary(static i => At($"folder/{i:000}"), static i => MakeContent(1_000 + i, seed: i));

        await Task.WhenAll(contents.Select(pair => Task.Run(() => Store.WriteBytesAsync(pair.Key, pair.Value))));

        Assert.That(await ListAsync("folder"), Has.Count.EqualTo(100));
        foreach (var (path, content) in contents)
        {
            await AssertHoldsAsync(path, content);
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Correct_expected_digest_is_accepted()
    {
        var content = MakeContent(5_000);

        var result = await Store.WriteBytesAsync(At("a"), content, new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of(content) });

        Assert.That(result.Sha256, Is.EqualTo(Sha256Digest.Of(content)));
        await AssertHoldsAsync(At("a"), content);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Wrong_expected_digest_stores_nothing([Values] bool seekable, [Values] bool large)
    {
        var content = MakeContent(large ? LargeSize : 100);
        var expected = Sha256Digest.Of("something else"u8);
        using var stream = seekable ? new MemoryStream(content) : (Stream)new ForwardOnlyStream(content);

        var exception = await Assert.ThrowsAsync<ArtifactIntegrityException>(
            () => Store.WriteAsync(At("a"), stream, new ArtifactWriteOptions { ExpectedSha256 = expected }));

        Assert.That(exception!.Path, Is.EqualTo(At("a")));
        Assert.That(exception.Expected, Is.EqualTo(expected));
        Assert.That(exception.Actual, Is.EqualTo(Sha256Digest.Of(content)));
        Assert.That(exception.Message, Does.Contain("Nothing was stored"));
        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Wrong_expected_digest_keeps_the_earlier_artifact()
    {
        await Store.WriteTextAsync(At("a"), "earlier");

        await Assert.ThatAsync(
            () => Store.WriteTextAsync(At("a"), "later", new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of("else"u8) }),
            Throws.TypeOf<ArtifactIntegrityException>());

        await AssertHoldsAsync(At("a"), "earlier"u8.ToArray());
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Wrong_expected_digest_of_empty_content_stores_nothing()
    {
        await Assert.ThatAsync(
            () => Store.WriteBytesAsync(At("a"), [], new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of("else"u8) }),
            Throws.TypeOf<ArtifactIntegrityException>());

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Wrong_expected_digest_leaves_the_path_free_for_a_write_if_absent()
    {
        var wrong = new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of("else"u8), Condition = WriteCondition.IfAbsent };
        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "text", wrong), Throws.TypeOf<ArtifactIntegrityException>());

        await Store.WriteTextAsync(At("a"), "text", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });

        await AssertHoldsAsync(At("a"), "text"u8.ToArray());
    }
}
