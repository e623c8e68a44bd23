using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Testing;

namespace MlOps.Serving;

public sealed class ModelMemoryBudgetTests : ServingFixture
{
    /// <summary>The maximum timeout, because the clock of the tests may advance by minutes before a waiting thread of a busy machine runs.</summary>
    private static readonly TimeSpan s_longestLoad = TimeSpan.FromDays(1);

    [Test]
    [Category("Soak")]
    public async Task Hundreds_of_lazy_models_predict_within_the_memory_budget()
    {
        var count = Soak.Count(reduced: 50, full: 200);
        const int fitting = 10;
        var service = await CreateLazyAsync(fitting, [.. Enumerable.Range(0, count).Select(static number => ($"model-{number}", $"{number % 10}"))]);

        for (var number = 0; number < count; number++)
        {
            var prediction = await Get(service, $"model-{number}").PredictAsync(new Point { X = 1 });
            Assert.That(prediction.Output.Y, Is.EqualTo(number % 10));
        }

        await service.WaitForDisposalsAsync(live: fitting);
        var loaded = service.Services.GetServices<IModel>().Count(static model => model.Status.ReadyVersion is not null);
        Assert.That(loaded, Is.EqualTo(fitting));
        Assert.That(service.Loader.Models.Count(static model => model.Disposals == 1), Is.EqualTo(count - fitting));
        Assert.That(service.Loader.Models.Sum(static model => model.Faults), Is.Zero);
    }

    [Test]
    public async Task A_model_that_is_not_lazy_is_never_unloaded_for_another()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("always")
                .AddModel<Point, Answer>("lazy", static options => options.Start = ModelStartMode.Lazy),
            settings: ("Serving:MemoryBudget", "1"));
        await service.PromoteAsync("1", "always");
        await service.PromoteAsync("2", "lazy");
        await service.StartAsync();

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(
            () => Get(service, "lazy").PredictAsync(new Point()));

        Assert.That(exception!.Message, Does.Contain("MlOps:Serving:MemoryBudget"));
        Assert.That(Get(service, "always").Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_larger_than_the_budget_unloads_no_other_model()
    {
        var service = await CreateLazyAsync(2, ("small", "1"), ("huge", "1000"));
        await Get(service, "small").PredictAsync(new Point());

        await Assert.ThrowsAsync<ModelNotReadyException>(() => Get(service, "huge").PredictAsync(new Point()));

        Assert.That(Get(service, "small").Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_whose_next_version_cannot_be_loaded_is_not_unloaded_for_another()
    {
        var service = await CreateLazyAsync(2, ("line", "2"), ("other", "33"));
        var model = Get(service, "line");
        await model.PredictAsync(new Point { X = 1 });
        await service.PromoteAsync("x");
        await Assert.ThrowsAsync<ModelFormatException>(() => model.ReloadAsync());

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => Get(service, "other").PredictAsync(new Point()));

        Assert.That(exception!.Message, Does.Contain("MlOps:Serving:MemoryBudget"));
        Assert.That((await model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2), "The current version remains in service.");
    }

    [Test]
    public async Task A_model_whose_next_version_lacks_memory_can_still_be_unloaded()
    {
        var service = await CreateLazyAsync(3, ("line", "2"), ("other", "333"));
        var model = Get(service, "line");
        await model.PredictAsync(new Point { X = 1 });
        await service.PromoteAsync("4");
        service.Loader.Before = static source => source.Model == "line"
            ? throw new ModelFormatException(source, "It needs more memory than there is.") { IsTransient = true } : Task.CompletedTask;
        await Assert.ThrowsAsync<ModelFormatException>(() => model.ReloadAsync());

        Assert.That((await Until.EndsAsync(Get(service, "other").PredictAsync(new Point { X = 1 }))).Output.Y, Is.EqualTo(333));
    }

    [Test]
    public async Task A_model_that_is_used_while_it_drains_waits_for_its_own_memory()
    {
        var service = await CreateLazyAsync(3, ("line", "22"), ("other", "33"));
        var model = Get(service, "line");
        using var busy = await KeepBusyAsync(service, "line");
        var other = Get(service, "other").PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => model.Status.ReadyVersion is null);

        var again = model.PredictAsync(new Point { X = 1 });
        busy.End();

        Assert.That((await Until.EndsAsync(Task.WhenAll(busy.Prediction, other, again))).Select(static prediction => prediction.Output.Y),
            Is.EqualTo(new[] { 22f, 33f, 22f }));
    }

    [Test]
    public async Task A_large_model_is_loaded_before_a_small_one_that_was_queued_later()
    {
        var service = await CreateLazyAsync(3, ("busy", "1"), ("small", "2"), ("large", "333"));
        using var busy = await KeepBusyAsync(service, "busy");
        await Get(service, "small").PredictAsync(new Point { X = 1 });
        var large = Get(service, "large").PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => Get(service, "small").Status.ReadyVersion is null);

        var small = Get(service, "small").PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => IsLoading(Get(service, "small")));

        busy.End();

        Assert.That((await Until.EndsAsync(Task.WhenAll(large, small))).Select(static prediction => prediction.Output.Y), Is.EqualTo(new[] { 333f, 2f }));
        Assert.That(service.Loader.Models.Select(static model => model.Name), Is.EqualTo(new[] { "busy", "small", "large", "small" }));
    }

    [Test]
    public async Task A_model_that_waits_too_long_at_the_head_moves_to_the_end_of_the_queue()
    {
        var service = await CreateLazyAsync(3, ("busy", "1"), ("small", "2"), ("large", "333"));
        using var busy = await KeepBusyAsync(service, "busy");
        var large = Get(service, "large").PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => IsLoading(Get(service, "large")));
        var small = Get(service, "small").PredictAsync(new Point { X = 1 });
        await Until.IsTrueAsync(() => IsLoading(Get(service, "small")));

        await Until.IsTrueAsync(() => small.IsCompleted, () => service.Clock.Advance(TimeSpan.FromMicroseconds(100)));

        Assert.That((await small).Output.Y, Is.EqualTo(2), "while the first is still predicting");
        busy.End();
        Assert.That((await Until.EndsAsync(large)).Output.Y, Is.EqualTo(333));
    }

    [Test]
    public async Task A_model_that_is_unloaded_while_its_next_version_waits_for_memory_unloads_no_other()
    {
        var service = await CreateLazyAsync(4, ("busy", "1"), ("line", "22"), ("other", "333"));
        using var busy = await KeepBusyAsync(service, "busy");
        var model = Get(service, "line");
        await model.PredictAsync(new Point { X = 1 });
        await service.PromoteAsync("44");
        service.Clock.Advance(TimeSpan.FromSeconds(5));
        await Until.IsTrueAsync(() => IsLoading(model));

        var other = await Until.EndsAsync(Get(service, "other").PredictAsync(new Point { X = 1 }));
        busy.End();
        await Until.EndsAsync(busy.Prediction);
        await service.WaitForDisposalsAsync(live: 1);

        Assert.That(other.Output.Y, Is.EqualTo(333));
        await Until.IsTrueAsync(() => !IsLoading(model));
        Assert.That(Get(service, "other").Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_wait_for_memory_times_out_with_an_error_that_names_the_settings()
    {
        var service = await CreateLazyAsync(3, ("busy", "1"), ("large", "333"));
        using var busy = await KeepBusyAsync(service, "busy");

        var large = Get(service, "large").PredictAsync(new Point());
        await Until.IsTrueAsync(() => large.IsCompleted, () => service.Clock.Advance(TimeSpan.FromHours(1)));

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => large);
        Assert.That(exception!.Message, Does.Contain("needs 3 bytes, but other models did not release enough memory within 1.00:00:00")
            .And.Contain("MlOps:Serving:MemoryBudget").And.Contain("MlOps:Models:large:LoadTimeout"));
        busy.End();
        Assert.That((await Get(service, "busy").PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_larger_than_the_models_own_budget_is_not_loaded()
    {
        var service = await StartServiceAsync(static options => options.MemoryBudget = 1);
        await service.PromoteAsync("22");

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("needs 2 bytes").And.Contain("MlOps:Models:line:MemoryBudget"));
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task Memory_of_replaced_versions_is_released()
    {
        var service = CreateService(settings: ("Serving:MemoryBudget", "2"));
        await service.PromoteAsync("1");
        await service.StartAsync();

        for (var slope = 2; slope < 9; slope++)
        {
            await service.PromoteAsync($"{slope}");
            await service.Model.ReloadAsync();
        }

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(8));
    }

    private static bool IsLoading(IModel model) => model.Status.Versions.Any(static version => version.State == ServedVersionState.Loading);

    private static IModel<Point, Answer> Get(Service service, string name) => service.Services.GetRequiredKeyedService<IModel<Point, Answer>>(name);

    /// <summary>Creates a service of lazy models. The size of a version in bytes is the number of digits of its slope.</summary>
    private async Task<Service> CreateLazyAsync(int budget, params (string Name, string Slope)[] models)
    {
        var service = CreateService(
            build: builder => Array.ForEach(models, model => builder.AddModel<Point, Answer>(model.Name, static options =>
            {
                options.Start = ModelStartMode.Lazy;
                options.LoadTimeout = s_longestLoad;
            })),
            settings: ("Serving:MemoryBudget", $"{budget}"));
        foreach (var (name, slope) in models)
        {
            await service.PromoteAsync(slope, name);
        }

        return service;
    }

    /// <summary>Loads a model and blocks it in a prediction.</summary>
    private static async Task<BusyModel> KeepBusyAsync(Service service, string name)
    {
        var model = Get(service, name);
        await model.PredictAsync(new Point());
        var busy = new BusyModel(service.Loader.Models[^1], model);
        await busy.Entered;
        return busy;
    }

    private sealed class BusyModel : IDisposable
    {
        private readonly ManualResetEventSlim _end = new();
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BusyModel(LoadedLine line, IModel<Point, Answer> model)
        {
            line.Middle = () =>
            {
                _entered.TrySetResult();
                _end.Wait();
            };
            Prediction = Task.Run(() => model.PredictAsync(new Point { X = 1 }));
        }

        public Task Entered => _entered.Task;

        public Task<Prediction<Answer>> Prediction { get; }

        public void End() => _end.Set();

        public void Dispose() => _end.Set();
    }

    [Test]
    public async Task A_profile_with_the_maximum_memory_does_not_overflow_the_budget()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("small")
                .AddModel<Point, Answer>("huge", static options => options.Start = ModelStartMode.Lazy),
            settings: ("Serving:MemoryBudget", "1000"));
        await service.PromoteAsync("1", "small");
        await service.PromoteAsync("2", "huge");
        await service.Registry.SetResourcesAsync("huge", 1, new ResourceProfile { Memory = long.MaxValue });
        await service.StartAsync();

        await Assert.ThrowsAsync<ModelNotReadyException>(() => Get(service, "huge").PredictAsync(new Point()));

        Assert.That(Get(service, "huge").Status.ReadyVersion, Is.Null);
    }
}
