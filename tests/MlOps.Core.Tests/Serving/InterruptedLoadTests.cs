using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Tests loads that are canceled, time out, predict slowly or overlap.</summary>
public sealed class InterruptedLoadTests : ServingFixture
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _release = new(0);

    public enum Phase
    {
        Files,
        GoldenExamples,
        WarmUp,
    }

    [TearDown]
    public void Release()
    {
        _release.Release(1_000);
        _entered.Dispose();
    }

    [TestCase(Phase.Files, 0)]
    [TestCase(Phase.GoldenExamples, 1)]
    [TestCase(Phase.WarmUp, 1)]
    public async Task Shutdown_during_a_load_ends_immediately_and_disposes_the_model(Phase phase, int predictions)
    {
        var service = await StartServiceAsync();
        var count = Block(service, phase);
        await PromoteAsync(service, phase);
        await _entered.WaitAsync();

        await Until.EndsAsync(DisposeAsync(service));

        _release.Release(1_000);
        await Until.IsTrueAsync(() => service.Loader.Models.Count == 2);
        await service.WaitForDisposalsAsync(live: 0);
        Assert.That(count(), Is.EqualTo(predictions), "Nothing is predicted after the stop.");
        Assert.That(service.Loader.Models.Select(static model => (model.Disposals, model.LivePredictors, model.Faults)), Is.All.EqualTo((1, 0, 0)));
    }

    [TestCase(Phase.Files, "its files were being loaded")]
    [TestCase(Phase.GoldenExamples, "its golden examples were being checked")]
    [TestCase(Phase.WarmUp, "it was being warmed up")]
    public async Task A_load_that_times_out_names_the_phase_and_does_not_report_damaged_files(Phase phase, string expected)
    {
        var service = await StartServiceAsync(static options => options.PollInterval = TimeSpan.Zero);
        Block(service, phase);
        await PromoteAsync(service, phase);
        var reload = service.Model.ReloadAsync();
        await _entered.WaitAsync();

        service.Clock.Advance(TimeSpan.FromMinutes(5));

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => reload);
        Assert.That(exception!.Message, Does.Contain($"was not loaded within 00:05:00: {expected}").And.Contain("MlOps:Models:line:LoadTimeout"));
        Assert.That(exception.Message, Does.Not.Contain("damaged"));
        Assert.That(service.Model.Status.Error, Is.EqualTo(exception.Message));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Version.Number, Is.EqualTo(1));
        _release.Release(1_000);
        await Until.IsTrueAsync(() => service.Loader.Models.Count == 2);
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task A_model_that_predicts_slowly_is_loaded_within_the_time_of_the_warm_up()
    {
        var service = CreateService(static options => (options.WarmUpTime, options.LoadTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)));
        await service.PromoteAsync("2");
        var predictions = 0;
        service.Loader.After = model => model.Middle = model.MiddleOfTensors = () =>
        {
            predictions++;
            service.Clock.Advance(TimeSpan.FromSeconds(0.5));
        };
        var started = service.Clock.GetUtcNow();

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.That(predictions, Is.InRange(1, 3));
        Assert.That(service.Clock.GetUtcNow() - started, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task An_alias_that_moves_faster_than_versions_load_ends_at_the_last_version_without_leaks()
    {
        const int Moves = 200;
        var service = await StartServiceAsync();
        for (var slope = 3; slope <= 5; slope++)
        {
            await service.RegisterAsync($"{slope}");
        }

        service.Loader.Before = _ => _release.WaitAsync(); // a load ends with every tenth move
        for (var move = 1; move <= Moves; move++)
        {
            await service.Registry.SetAliasAsync("line", "production", (move % 3) + 2);
            if (move % 10 == 0)
            {
                _release.Release();
            }
        }

        _release.Release(Moves);
        var last = (Moves % 3) + 2;
        await service.WaitAsync(status => status.Versions is [{ State: ServedVersionState.Ready } only] && only.Number == last);
        var status = await service.Model.ReloadAsync();

        Assert.That(status.ReadyVersion, Is.EqualTo(last));
        Assert.That(status.Error, Is.Null);
        await service.WaitForDisposalsAsync(live: 1);
        Assert.That(service.Loader.Models.Count, Is.InRange(2, Moves + 1));
        Assert.That(service.Loader.Models.SkipLast(1).Select(static model => (model.Disposals, model.LivePredictors)), Is.All.EqualTo((1, 0)));
        Assert.That(service.Loader.Models.Sum(static model => model.Faults), Is.Zero);
        Assert.That(Directory.GetDirectories(Path.Combine(Folder.Path, "cache", "line")), Has.Length.InRange(1, 2));
    }

    private static async Task<bool> DisposeAsync(Service service)
    {
        await service.DisposeAsync();
        return true;
    }

    private static Task<ModelVersion> PromoteAsync(Service service, Phase phase) =>
        service.PromoteAsync("3", "line", phase == Phase.GoldenExamples ? [.. Enumerable.Range(0, 3).Select(static x => Service.Example(x, 3 * x))] : []);

    /// <summary>Blocks the next load in a phase.</summary>
    /// <returns>A function that counts the predictions of the load.</returns>
    private Func<int> Block(Service service, Phase phase)
    {
        var predictions = 0;
        service.Loader.After = model =>
        {
            if (phase == Phase.Files)
            {
                Wait(); // a loader that does not stop when it is canceled
            }

            model.Middle = model.MiddleOfTensors = () =>
            {
                Interlocked.Increment(ref predictions);
                Wait();
            };
        };
        return () => Volatile.Read(ref predictions);

        void Wait()
        {
            _entered.Release();
            _release.Wait();
        }
    }
}
