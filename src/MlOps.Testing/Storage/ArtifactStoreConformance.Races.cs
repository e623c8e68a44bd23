using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    private const int Rounds = 5;

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_of_many_writers_if_absent_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var path = At($"race/{round}");

            await AssertOneWinsAsync<ArtifactExistsException>([Store], path, Writers, size: 1_000, IfAbsent);
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_of_many_writers_if_match_wins()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var path = At($"race/{round}");
            var first = await Store.WriteTextAsync(path, "first");

            await AssertOneWinsAsync<ArtifactConflictException>([Store], path, Writers, size: 1_000, IfMatch(first.ETag));
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_of_many_writers_if_absent_in_two_instances_wins()
    {
        var other = await OpenOtherAsync();

        await AssertOneWinsAsync<ArtifactExistsException>([Store, other], At("race"), Writers, size: 1_000, IfAbsent);

        await DisposeAsync(other);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_of_many_writers_if_match_in_two_instances_wins()
    {
        var first = await Store.WriteTextAsync(At("race"), "first");
        var other = await OpenOtherAsync();

        await AssertOneWinsAsync<ArtifactConflictException>([Store, other], At("race"), Writers, size: 1_000, IfMatch(first.ETag));

        await DisposeAsync(other);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_writer_of_large_content_if_absent_wins() =>
        await AssertOneWinsAsync<ArtifactExistsException>([Store], At("race"), writers: 4, LargeSize, IfAbsent);

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Exactly_one_writer_of_large_content_if_match_wins()
    {
        var first = await Store.WriteTextAsync(At("race"), "first");

        await AssertOneWinsAsync<ArtifactConflictException>([Store], At("race"), writers: 4, LargeSize, IfMatch(first.ETag));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Counting_by_if_match_loses_no_update()
    {
        const int counters = 4;
        const int increments = 5;
        const int mostAttempts = 1_000;
        await Store.WriteTextAsync(At("count"), "0");

        await Task.WhenAll(Enumerable.Range(0, counters).Select(_ => Task.Run(CountAsync)));

        Assert.That(await Store.ReadTextAsync(At("count")), Is.EqualTo($"{counters * increments}"));

        async Task CountAsync()
        {
            for (var (i, attempts) = (0, 0); i < increments; attempts++)
            {
                Assert.That(attempts, Is.LessThan(mostAttempts), "one of those who write on condition of the newest tag succeeds");
                await using var content = await Store.OpenReadAsync(At("count"));
                try
                {
                    var count = int.Parse(await ReadToEndAsync(content.Stream), System.Globalization.CultureInfo.InvariantCulture);
                    await Store.WriteTextAsync(At("count"), $"{count + 1}", IfMatch(content.Info.ETag));
                    i++;
                }
                catch (ArtifactConflictException)
                {
                    // Another writer was faster. Read and count again.
                }
            }
        }
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Last_of_many_unconditional_writers_is_stored_completely()
    {
        var contents = Enumerable.Range(0, Writers).Select(static i => MakeContent(50_000 + i, seed: i)).ToArray();

        var results = await Task.WhenAll(contents.Select(content => Task.Run(() => Store.WriteBytesAsync(At("a"), content))));

        var found = await Store.FindAsync(At("a"));
        var last = Array.FindIndex(contents, content => content.Length == found!.Size);
        await AssertHoldsAsync(At("a"), contents[last]);
        Assert.That(found!.ETag, Is.EqualTo(results[last].ETag));
        Assert.That(found.Sha256, Is.EqualTo(Sha256Digest.Of(contents[last])));
    }

    private async Task AssertOneWinsAsync<TLost>(IArtifactStore[] stores, ArtifactPath path, int writers, int size, ArtifactWriteOptions options)
        where TLost : MlOpsException
    {
        var start = new TestGate(writers);
        var racing = Enumerable.Range(0, writers).Select(writer => Task.Run(() => RaceAsync(writer))).ToArray();
        await start.Reached.WaitAsync(OperationTimeout);
        start.Open();
        var results = await Task.WhenAll(racing);

        var winner = Array.FindIndex(results, static result => result is not null);
        Assert.That(results.Count(static result => result is not null), Is.EqualTo(1), "exactly one writer wins");
        foreach (var store in stores)
        {
            AssertSame(await store.ReadBytesAsync(path), MakeContent(size, winner));
            Assert.That((await store.FindAsync(path))!.ETag, Is.EqualTo(results[winner]!.ETag));
        }

        async Task<ArtifactWriteResult?> RaceAsync(int writer)
        {
            var content = MakeContent(size, writer);
            await start.PassAsync(CancellationToken.None);
            try
            {
                return await stores[writer % stores.Length].WriteBytesAsync(path, content, options);
            }
            catch (TLost)
            {
                return null;
            }
        }
    }
}
