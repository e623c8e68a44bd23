using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Collections and sessions that meet on the same content.</summary>
public sealed class GarbageSessionTests
{
    [Test]
    public async Task A_collection_that_was_suspended_after_its_claim_deletes_nothing()
    {
        var scene = await GarbageScene.CreateAsync(120);
        var store =
            new HookedStore(scene.Store) { After = (call, _) => Task.Run(() => scene.Clock.Advance(TimeSpan.FromMinutes(call == StoreCall.Write ? 6 : 0))) };

        var slept = await new NoteArchive(store, scene.Clock).CollectAsync();
        var early = await scene.Archive.CollectAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(30));
        var late = await scene.Archive.CollectAsync();

        Assert.That((slept.Waiting.Files, slept.Deleted.Files), Is.EqualTo((1L, 0L)));
        Assert.That((early.Waiting.Files, early.Deleted.Files), Is.EqualTo((1L, 0L)));
        Assert.That((late.Waiting.Files, late.Deleted.Files), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public async Task A_writer_waits_for_a_deletion_and_stores_the_content_again()
    {
        var scene = await GarbageScene.CreateAsync(120);
        var (deleting, looked) = (new TaskCompletionSource(), new TaskCompletionSource());
        var collecting = new HookedStore(scene.Store)
        {
            Before = async (call, path) =>
            {
                if (GarbageScene.IsDeletion(call, path))
                {
                    deleting.TrySetResult();
                    await looked.Task;
                }
            },
        };
        var looks = 0;
        var registering = new HookedStore(scene.Store)
        {
            After = (call, path) => call == StoreCall.Read && path!.ToString().StartsWith("gc/", StringComparison.Ordinal) && ++looks == 3
                ? Task.Run(looked.TrySetResult)
                : Task.CompletedTask,
        };

        var collection = new NoteArchive(collecting, scene.Clock).CollectAsync();
        await deleting.Task;
        await new NoteArchive(registering, scene.Clock).RegisterAsync(GarbageScene.Old);
        looked.TrySetResult(); // no effect if the registration waits as expected

        Assert.That((await collection).Deleted.Files, Is.EqualTo(1));
        Assert.That(await scene.Store.FindAsync(NoteArchive.PathOf(GarbageScene.Old)), Is.Not.Null);
    }

    [Test]
    public async Task A_writer_that_waits_too_long_for_a_deletion_fails_with_the_remedy()
    {
        var scene = await GarbageScene.CreateAsync(120);
        var killed =
            new HookedStore(scene.Store)
            {
                Before = static (call, path) => GarbageScene.IsDeletion(call, path) ? throw new KilledException() : Task.CompletedTask,
            };
        await scene.IsKilledCollectingAsync(killed);

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => scene.Archive.RegisterAsync(GarbageScene.Old)))!;

        Assert.That(thrown.IsTransient, Is.True);
        Assert.That(thrown.Message, Does.Contain(NoteArchive.DigestOf(GarbageScene.Old).ToString()).And.Contain("run another 30 minutes after it"));
        scene.Clock.Advance(TimeSpan.FromMinutes(30));
        await scene.Archive.CollectAsync();
        await scene.Archive.RegisterAsync(GarbageScene.Old);
        await scene.AssertWholeAsync("repeated");
    }

    [Test]
    public async Task A_session_longer_than_the_grace_period_is_refused_if_something_was_deleted_and_works_when_repeated()
    {
        var scene = new GarbageScene();
        await scene.Archive.BeginAsync();
        var write = await scene.Archive.StoreAsync(GarbageScene.New);
        await scene.CollectUntilDoneAsync();

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => write.ConfirmAsync()))!;

        Assert.That(thrown.IsTransient, Is.True);
        Assert.That(thrown.Message, Does.Contain(NoteArchive.DigestOf(GarbageScene.New).ToString()).And.Contain("increase the grace period"));
        await scene.Archive.RegisterAsync(GarbageScene.New);
        await scene.AssertWholeAsync("repeated");
    }

    [Test]
    public async Task A_session_costs_two_small_requests_at_its_beginning_and_none_at_its_end()
    {
        var scene = new GarbageScene();
        var counting = new CountingStore(scene.Store);

        var write = await new ContentStore(counting, scene.Clock).BeginWriteAsync();
        Assert.That(counting.Requests, Is.EqualTo(2), "the deletion marks and the marker, at the same time");
        scene.Clock.Advance(TimeSpan.FromMinutes(29));
        await write.ConfirmAsync();

        Assert.That(counting.Requests, Is.EqualTo(2));
    }
}
