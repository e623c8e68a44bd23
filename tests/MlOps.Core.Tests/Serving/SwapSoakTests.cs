using Microsoft.Extensions.DependencyInjection;
using MlOps.Testing;

namespace MlOps.Serving;

/// <summary>Tests swaps under load: no prediction fails or is stale, no model is used after disposal, and every model is disposed once.</summary>
public sealed class SwapSoakTests : ServingFixture
{
    private static readonly int s_swaps = Soak.Count(reduced: 50, full: 200);

    [Test]
    [Category("Soak")]
    public async Task Hundreds_of_swaps_under_full_load_fail_no_prediction()
    {
        var service = await StartServiceAsync(static options => options.PollInterval = TimeSpan.Zero);
        for (var version = 2; version <= 8; version++)
        {
            await service.RegisterAsync($"{version + 1}"); // version n has slope n + 1
        }

        var model = service.Model;
        using var stop = new CancellationTokenSource();
        var swaps = 0; // odd while a swap is under way
        var readyVersion = 1;
        var stale = 0;
        var answered = 0L;
        var callers = Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => Task.Run(() =>
        {
            var (point, answer) = (new Point { X = 1 }, new Answer());
            while (!stop.IsCancellationRequested)
            {
                var (before, ready) = (Volatile.Read(ref swaps), Volatile.Read(ref readyVersion));
                var prediction = model.Predict(point, answer);
                if (answer.Y != prediction.Version.Number + 1)
                {
                    throw new InvalidOperationException($"Version {prediction.Version.Number} answered {answer.Y}.");
                }

                // If no swap was in progress during the call, the version that was ready before the call must be the one that predicted.
                if (before % 2 == 0 && Volatile.Read(ref swaps) == before && prediction.Version.Number != ready)
                {
                    Interlocked.Increment(ref stale);
                }

                Interlocked.Increment(ref answered);
            }
        })).ToArray();

        for (var swap = 0; swap < s_swaps; swap++)
        {
            var next = (swap % 7) + 2;
            await MlOps.Registry.ModelAliasExtensions.SetAliasAsync(service.Registry, "line", "production", next);
            Interlocked.Increment(ref swaps);
            await model.ReloadAsync();
            Volatile.Write(ref readyVersion, next);
            Interlocked.Increment(ref swaps);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await service.WaitForDisposalsAsync(live: 1);

        var retired = service.Loader.Models.SkipLast(1).ToArray();
        Assert.That(answered, Is.GreaterThan(s_swaps));
        Assert.That(stale, Is.Zero);
        Assert.That(service.Loader.Models, Has.Count.EqualTo(s_swaps + 1));
        Assert.That(retired.Select(static line => line.Disposals), Is.All.EqualTo(1));
        Assert.That(service.Loader.Models.Sum(static line => line.Faults), Is.Zero);
        Assert.That(service.Loader.Models[^1].Disposals, Is.Zero);
    }

    [Test]
    [Category("Soak")]
    public async Task Models_that_evict_each_other_under_load_fail_no_waiting_prediction()
    {
        var calls = Soak.Count(reduced: 30, full: 100);
        string[] names = ["one", "two", "three"];
        var service = CreateService(
            build: builder => Array.ForEach(names, name => builder.AddModel<Point, Answer>(name, static options => options.Start = ModelStartMode.Lazy)),
            settings: ("Serving:MemoryBudget", "2"));
        foreach (var name in names)
        {
            await service.PromoteAsync("2", name);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var call = 0; call < calls; call++)
            {
                var model = service.Services.GetRequiredKeyedService<IModel<Point, Answer>>(names[(call + caller) % names.Length]);
                Assert.That((await model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2));
            }
        })));

        Assert.That(service.Loader.Models, Has.Count.GreaterThan(names.Length));
        Assert.That(service.Loader.Models.Count(static line => line.Disposals == 0), Is.LessThanOrEqualTo(2), "A version counts until it is disposed.");
        Assert.That(service.Loader.Models.Select(static line => line.Disposals), Is.All.LessThanOrEqualTo(1));
        Assert.That(service.Loader.Models.Sum(static line => line.Faults), Is.Zero);
    }
}
