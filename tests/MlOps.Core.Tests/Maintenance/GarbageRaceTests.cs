using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Collections that run concurrently with registrations and other collections. Referenced content is never missing, in any order of
/// calls.</summary>
public sealed class GarbageRaceTests
{
    private static readonly int[] s_agesOfMark = [-1, 30, 120];
    private static readonly int[] s_jumps = [0, 29, 31, 200];

    [Test]
    public async Task Collections_at_any_moment_of_a_registration_delete_none_of_its_content([ValueSource(nameof(s_agesOfMark))] int ageOfMark)
    {
        var recorded = 0;
        foreach (var (first, second, jump, jump2) in InterruptTwiceIn(16))
        {
            var scene = await GarbageScene.CreateAsync(ageOfMark);
            var calls = 0;
            var store = new HookedStore(scene.Store)
            {
                Before = async (_, path) =>
                {
                    var number = Interlocked.Increment(ref calls);
                    if (number == first || number == second)
                    {
                        scene.Advance(number == first ? jump : jump2, limit: GarbageScene.IsOfRecord(path) ? 14 : int.MaxValue);
                        await scene.Archive.CollectAsync();
                    }
                },
            };

            recorded += await scene.TryRegisterAsync(store) ? 1 : 0;

            await scene.AssertWholeAsync($"collected before calls {first} (after {jump} min) and {second} (after {jump2} min)");
        }

        Assert.That(recorded, Is.GreaterThan(400), "Most registrations should not be disturbed.");
    }

    [Test]
    public async Task Registrations_at_any_moment_of_a_collection_lose_no_content([ValueSource(nameof(s_agesOfMark))] int ageOfMark)
    {
        var recorded = 0;
        foreach (var (first, second, jump, jump2) in InterruptTwiceIn(12))
        {
            var scene = await GarbageScene.CreateAsync(ageOfMark);
            var calls = 0;
            var store = new HookedStore(scene.Store)
            {
                Before = async (call, path) =>
                {
                    var number = Interlocked.Increment(ref calls);
                    if (number == first || number == second)
                    {
                        scene.Advance(number == first ? jump : jump2, limit: GarbageScene.IsDeletion(call, path) ? 20 : int.MaxValue);
                        recorded += await scene.TryRegisterAsync() ? 1 : 0;
                    }
                },
            };

            await new NoteArchive(store, scene.Clock).CollectAsync();

            await scene.AssertWholeAsync($"registered before calls {first} (after {jump} min) and {second} (after {jump2} min)");
        }

        Assert.That(recorded, Is.GreaterThan(400), "Most registrations should not be disturbed.");
    }

    [Test]
    public async Task A_registration_that_overlaps_a_collection_in_any_way_loses_nothing([ValueSource(nameof(s_agesOfMark))] int ageOfMark)
    {
        foreach (var (collecting, registering, jump, jump2) in
            from collecting in Enumerable.Range(1, 12)
            from registering in Enumerable.Range(1, 12)
            from jump in s_jumps
            from jump2 in s_jumps
            select (collecting, registering, jump, jump2))
        {
            var scene = await GarbageScene.CreateAsync(ageOfMark);
            var registration = new PausedRegistration(scene, registering);
            var calls = 0;
            var store = new HookedStore(scene.Store)
            {
                Before = async (call, path) =>
                {
                    if (Interlocked.Increment(ref calls) == collecting)
                    {
                        await registration.StartAsync();
                        scene.Advance(jump, limit: GarbageScene.IsDeletion(call, path) || GarbageScene.IsOfRecord(registration.PausedAt) ? 14 : int.MaxValue);
                    }
                },
            };

            await new NoteArchive(store, scene.Clock).CollectAsync();
            scene.Advance(jump2, limit: GarbageScene.IsOfRecord(registration.PausedAt) ? 14 : int.MaxValue);
            await registration.FinishAsync();

            await scene.AssertWholeAsync($"registered up to call {registering} before call {collecting} of a collection; {jump} and {jump2} min between");
        }
    }

    [Test]
    public async Task Killed_at_any_call_a_collection_is_completed_by_the_next([Values] bool isAnswerLost)
    {
        var kills = 0;
        for (var fatal = 1; kills == fatal - 1; fatal++)
        {
            var scene = new GarbageScene();
            await scene.Archive.BeginAsync();
            await scene.Archive.StoreAsync("one", "two");
            scene.Clock.Advance(GarbageScene.Grace);
            await scene.Archive.CollectAsync();
            await scene.Archive.StoreAsync("three");
            await scene.Archive.RegisterAsync("named", "one");
            scene.Clock.Advance(GarbageScene.Grace);
            var calls = 0;
            Task Kill(StoreCall call, ArtifactPath? path) =>
                Interlocked.Increment(ref calls) >= fatal ? Task.FromException(new KilledException()) : Task.CompletedTask;
            var store = new HookedStore(scene.Store);
            if (isAnswerLost)
            {
                store.After = Kill;
            }
            else
            {
                store.Before = Kill;
            }

            kills += await scene.IsKilledCollectingAsync(store) ? 1 : 0;

            await scene.AssertWholeAsync($"killed at call {fatal}");
        }

        Assert.That(kills, Is.AtLeast(10), "A collection makes more calls than that.");
    }

    [Test]
    public async Task Many_registrations_and_collections_at_once_lose_nothing()
    {
        var scene = new GarbageScene();
        var random = new Random(20261123);
        for (var round = 0; round < 100; round++)
        {
            var chosen = Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 3).Select(_ => $"text {random.Next(12)}").ToArray()).ToArray();
            var registrations = chosen.Select(texts => Task.Run(() => scene.TryRegisterAsync(texts: texts)));
            var collections = Enumerable.Range(0, 3).Select(_ => Task.Run(() => scene.Archive.CollectAsync()));
            var forgotten = $"text {random.Next(12)}";
            await Task.WhenAll([.. registrations, .. collections, Task.Run(() => scene.Archive.ForgetAsync(forgotten))]);

            await scene.AssertNamedIsThereAsync($"in round {round}");
            scene.Clock.Advance(TimeSpan.FromMinutes(random.Next(100)));
        }

        await scene.AssertWholeAsync("at the end");
    }

    /// <summary>A registration that stops before one of its calls until it is resumed.</summary>
    private sealed class PausedRegistration(GarbageScene scene, int pauseAt)
    {
        private readonly TaskCompletionSource _paused = new();
        private readonly TaskCompletionSource _goOn = new();
        private Task? _registration;

        public ArtifactPath? PausedAt { get; private set; }

        public async Task StartAsync()
        {
            var calls = 0;
            var pausing = new HookedStore(scene.Store)
            {
                Before = async (_, path) =>
                {
                    if (Interlocked.Increment(ref calls) == pauseAt)
                    {
                        PausedAt = path;
                        _paused.SetResult();
                        await _goOn.Task;
                    }
                },
            };
            _registration = scene.TryRegisterAsync(pausing);
            await Task.WhenAny(_paused.Task, _registration);
        }

        public async Task FinishAsync()
        {
            _goOn.SetResult();
            await (_registration ?? Task.CompletedTask);
        }
    }

    /// <summary>All pairs of calls, including a call with itself, combined with all pairs of delays in minutes.</summary>
    private static IEnumerable<(int First, int Second, int Jump, int Jump2)> InterruptTwiceIn(int calls) =>
        from first in Enumerable.Range(1, calls)
        from second in Enumerable.Range(first, calls + 1 - first)
        from jump in s_jumps
        from jump2 in s_jumps
        select (first, second, jump, jump2);
}
