using Microsoft.Extensions.Time.Testing;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The state of the target during a migration and after any failure.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MigrationOrderTests
{
    private readonly InMemoryArtifactStore _source = new();

    [Test]
    public async Task No_event_is_visible_before_its_content_while_the_source_is_in_use([Values(null, "models")] string? prefix)
    {
        await SampleRecords.FillAsync(_source);
        var inner = new InMemoryArtifactStore();
        var target = Watch(inner);
        var steps = 0;
        target.Before = (_, _) => ++steps % 5 == 0 && steps < 500 ? RecordAsync(steps) : Task.CompletedTask;
        var options = new MigrationOptions { Prefix = prefix is null ? null : ArtifactPath.Parse(prefix), Parallelism = 1 };

        var copied = 0L;
        for (var found = -1L; found != copied;)
        {
            found = copied;
            var report = await new ArtifactMigrator(_source, target).RunAsync(options);
            Assert.That(report.IsComplete, Is.True, report.ToString());
            copied += report.CopiedArtifacts;
        }

        Assert.That(await SampleRecords.ReadAsync(inner, "models"), Is.EqualTo(await SampleRecords.ReadAsync(_source, "models")));
        Assert.That(steps, Is.GreaterThan(500));
    }

    [Test]
    public async Task After_a_failure_at_any_call_the_target_is_consistent_and_the_next_run_continues(
        [Values] bool atTarget, [Values(null, "models")] string? prefix)
    {
        await SampleRecords.FillAsync(_source);
        var expected = await SampleRecords.ReadAsync(_source, prefix);
        var options = new MigrationOptions { Prefix = prefix is null ? null : ArtifactPath.Parse(prefix) };
        var failed = true;
        var point = 0;
        for (; failed; point++)
        {
            var target = new InMemoryArtifactStore();
            failed = await FailsAsync(atTarget ? _source : FailAt(_source, point), atTarget ? FailAt(target, point) : target, options);

            await SampleRecords.AssertWholeAsync(target);
            var before = await SampleRecords.ReadAsync(target);
            var report = await new ArtifactMigrator(_source, target).RunAsync(options);
            Assert.That(report.IsComplete, Is.True, report.ToString());
            var after = await SampleRecords.ReadAsync(target);
            Assert.That(after.Where(pair => pair.Key.StartsWith(prefix ?? "", StringComparison.Ordinal)), Is.EquivalentTo(expected));
            Assert.That(report.CopiedArtifacts, Is.EqualTo(after.Count - before.Count), "what was there is not copied again");
            await SampleRecords.AssertWholeAsync(target);
        }

        await TestContext.Out.WriteLineAsync($"Broke off at each of {point} points.");
        Assert.That(point, Is.GreaterThan(50));
    }

    [Test]
    public async Task A_canceled_run_stops_at_once_and_the_next_run_continues()
    {
        await SampleRecords.FillAsync(_source);
        var inner = new InMemoryArtifactStore();
        using var stop = new CancellationTokenSource();
        var begun = 0;
        var target = new ObservedStore(inner)
        {
            Before = async (call, path) =>
            {
                if (call == "write" && path != StoreMarker.Path && Interlocked.Increment(ref begun) == 3)
                {
                    await stop.CancelAsync();
                }
            },
        };

        await Assert.ThrowsAsync(
            Is.InstanceOf<OperationCanceledException>(),
            () => new ArtifactMigrator(_source, target).RunAsync(new() { Parallelism = 1 }, cancellationToken: stop.Token));

        Assert.That(begun, Is.EqualTo(3));
        Assert.That(await SampleRecords.ReadAsync(inner), Has.Count.EqualTo(2));
        Assert.That((await new ArtifactMigrator(_source, inner).RunAsync()).IsComplete, Is.True);
        Assert.That(await SampleRecords.ReadAsync(inner), Is.EqualTo(await SampleRecords.ReadAsync(_source)));
    }

    [Test]
    public async Task Several_migrations_can_run_concurrently()
    {
        await SampleRecords.FillAsync(_source);
        var inner = new InMemoryArtifactStore();
        var target = Watch(inner);
        target.Before = static async (_, _) => await Task.Yield();

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new ArtifactMigrator(_source, target).RunAsync())));

        Assert.That(reports.Where(static report => !report.IsComplete), Is.Empty);
        Assert.That(await SampleRecords.ReadAsync(inner), Is.EqualTo(await SampleRecords.ReadAsync(_source)));
    }

    [Test]
    public async Task Content_that_is_marked_at_the_target_is_revived()
    {
        await SampleRecords.FillAsync(_source);
        var target = new InMemoryArtifactStore();
        var (used, unused) = (Sha256Digest.Of("labels"u8), Sha256Digest.Of("of no use"u8));
        var marks = new DeletionMarks(target, TimeProvider.System);
        await marks.TryAddAsync(used, 6, default);
        await marks.TryAddAsync(unused, 9, default);

        await new ArtifactMigrator(_source, target).RunAsync();

        Assert.That((await marks.FindAsync(used, default))!.State, Is.EqualTo(DeletionMarkState.Revived));
        Assert.That((await marks.FindAsync(unused, default))!.State, Is.EqualTo(DeletionMarkState.Marked));
    }

    [Test]
    public async Task Content_that_is_collected_during_a_long_copy_is_copied_again_before_its_event()
    {
        await SampleRecords.FillAsync(_source);
        var inner = new InMemoryArtifactStore();
        var deleted = ContentStore.PathOf(Sha256Digest.Of("labels"u8));
        await _source.CopyAsync(deleted, inner, deleted);
        var clock = new FakeTimeProvider();
        var target = Watch(inner);
        target.Before = (call, path) =>
        {
            if (call != "write" || path!.ToString() != "reports/2026/märz.csv")
            {
                return Task.CompletedTask;
            }

            clock.Advance(TimeSpan.FromMinutes(40));
            return inner.DeleteAsync(deleted);
        };

        var report = await new ArtifactMigrator(_source, target, clock).RunAsync(new() { Parallelism = 1 });

        Assert.That(report.IsComplete, Is.True, report.ToString());
        Assert.That(await SampleRecords.ReadAsync(inner), Is.EqualTo(await SampleRecords.ReadAsync(_source)));
    }

    /// <summary>Asserts after each event that the store is consistent. Nothing is deleted, so no other step can break it.</summary>
    private static ObservedStore Watch(IArtifactStore store) => new(store)
    {
        After = (call, path) => call == "write" && StoreLayout.IsEvent(path!) ? SampleRecords.AssertWholeAsync(store) : Task.CompletedTask,
    };

    private static ObservedStore FailAt(IArtifactStore store, int point)
    {
        var step = -1;
        return new ObservedStore(store)
        {
            Before = (call, path) => Interlocked.Increment(ref step) == point
                ? throw new ProviderException("Test", call, isTransient: true, $"The connection was lost at '{path}'. Try again.")
                : Task.CompletedTask,
        };
    }

    private static async Task<bool> FailsAsync(IArtifactStore source, IArtifactStore target, MigrationOptions options)
    {
        try
        {
            await new ArtifactMigrator(source, target).RunAsync(options);
            return false;
        }
        catch (ProviderException)
        {
            return true;
        }
    }

    private async Task RecordAsync(int round)
    {
        using var churn = new SampleRecords(_source, "models/churn");
        await churn.AddAsync($"weights of round {round}", "labels");
        using var other = new SampleRecords(_source, $"models/new-{round % 4}");
        await other.AddAsync($"other weights of round {round}");
    }
}
