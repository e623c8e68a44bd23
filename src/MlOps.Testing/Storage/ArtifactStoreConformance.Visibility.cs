using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Content_overwritten_during_a_read_is_the_opened_version_or_a_conflict()
    {
        var first = MakeContent(LargeSize, seed: 1);
        await Store.WriteBytesAsync(At("a"), first);

        await AssertReadsOrConflictsAsync(first, () => Store.WriteBytesAsync(At("a"), MakeContent(LargeSize, seed: 2)));
    }

    [Test]
    public async Task Content_deleted_during_a_read_is_the_opened_version_or_a_conflict()
    {
        var first = MakeContent(LargeSize, seed: 1);
        await Store.WriteBytesAsync(At("a"), first);

        await AssertReadsOrConflictsAsync(first, () => Store.DeleteAsync(At("a")));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Readers_receive_only_complete_versions_while_an_artifact_is_overwritten()
    {
        const int versions = 20;
        await Store.WriteBytesAsync(At("a"), MakeVersion(0));

        await WhileAsync(end => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadVersionsAsync(end)))), async () =>
        {
            for (var version = 1; version < versions; version++)
            {
                await Store.WriteBytesAsync(At("a"), MakeVersion(version));
            }
        });

        await AssertHoldsAsync(At("a"), MakeVersion(versions - 1));

        // All bytes of a version are equal, so that a mixture is detected.
        static byte[] MakeVersion(int version)
        {
            var content = new byte[100_000 + version];
            content.AsSpan().Fill((byte)version);
            return content;
        }

        async Task ReadVersionsAsync(CancellationToken end)
        {
            do
            {
                try
                {
                    var bytes = await Store.ReadBytesAsync(At("a"), cancellationToken: CancellationToken.None);
                    AssertSame(bytes, MakeVersion(bytes[0]));
                }
                catch (ArtifactConflictException)
                {
                    // The artifact was overwritten during the read.
                }
            }
            while (!end.IsCancellationRequested);
        }
    }

    [Test]
    public async Task Find_never_misses_an_artifact_that_is_being_overwritten()
    {
        await Store.WriteTextAsync(At("a"), "0");

        await WhileAsync(FindAsync, async () =>
        {
            for (var version = 1; version < 30; version++)
            {
                await Store.WriteTextAsync(At("a"), $"{version}");
            }
        });

        async Task FindAsync(CancellationToken end)
        {
            do
            {
                Assert.That(await Store.FindAsync(At("a"), CancellationToken.None), Is.Not.Null);
            }
            while (!end.IsCancellationRequested);
        }
    }

    [Test]
    public async Task Writes_are_visible_to_another_instance()
    {
        var content = MakeContent(1_000);
        var written = await Store.WriteBytesAsync(At("a/b"), content);

        var other = await OpenOtherAsync();

        AssertSame(await other.ReadBytesAsync(At("a/b")), content);
        Assert.That((await other.FindAsync(At("a/b")))!.ETag, Is.EqualTo(written.ETag));
        await Assert.ThatAsync(() => other.WriteTextAsync(At("a/b"), "text", IfAbsent), Throws.TypeOf<ArtifactExistsException>());
        await DisposeAsync(other);
    }

    [Test]
    public async Task Changes_of_another_instance_are_visible_immediately()
    {
        var other = await OpenOtherAsync();
        var first = await Store.WriteTextAsync(At("a"), "first");
        await Store.WriteTextAsync(At("b"), "text");

        await other.WriteTextAsync(At("a"), "second", IfMatch(first.ETag));
        await other.DeleteAsync(At("b"));

        await AssertHoldsAsync(At("a"), "second"u8.ToArray());
        await AssertHoldsNothingAsync(At("b"));
        await Assert.ThatAsync(() => Store.WriteTextAsync(At("a"), "third", IfMatch(first.ETag)), Throws.TypeOf<ArtifactConflictException>());
        await DisposeAsync(other);
    }

    /// <summary>
    /// Runs an action while another runs in the background. The background action has ended when this method returns or throws, so that it does not disturb the
    /// next test.
    /// </summary>
    private async Task WhileAsync(Func<CancellationToken, Task> goesOn, Func<Task> action)
    {
        using var done = new CancellationTokenSource();
        var going = Task.Run(() => goesOn(done.Token), CancellationToken.None);
        try
        {
            await action();
        }
        finally
        {
            await done.CancelAsync();
            await Task.WhenAny(going).WaitAsync(OperationTimeout);
        }

        await going;
    }

    private async Task AssertReadsOrConflictsAsync(byte[] first, Func<Task> change)
    {
        await using var content = await Store.OpenReadAsync(At("a"));
        var beginning = new byte[1_000];
        await content.Stream.ReadExactlyAsync(beginning);
        await change();

        try
        {
            AssertSame([.. beginning, .. await ReadToEndAsync(content.Stream)], first);
        }
        catch (ArtifactConflictException conflict)
        {
            Assert.That(conflict.Path, Is.EqualTo(At("a")));
        }
    }
}
