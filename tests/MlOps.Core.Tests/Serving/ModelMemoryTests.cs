using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Serving;

public sealed class ModelMemoryTests : ServingFixture
{
    [Test]
    public async Task Of_hundreds_of_lazy_models_only_those_within_the_budget_stay_loaded_and_all_answer()
    {
        const int count = 200;
        const int fitting = 10;
        var service = CreateService(
            build: static builder =>
            {
                for (var number = 0; number < count; number++)
                {
                    builder.AddModel<Point, Answer>($"model-{number}", static options => options.Start = ModelStart.Lazy);
                }
            },
            settings: ("Serving:MemoryBudget", $"{fitting}"));
        for (var number = 0; number < count; number++)
        {
            await service.PromoteAsync($"{number % 10}", $"model-{number}"); // files of one byte
        }

        for (var number = 0; number < count; number++)
        {
            var prediction = await Get(service, number).PredictAsync(new Point { X = 1 });
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
            build: static builder => builder.AddModel<Point, Answer>("always").AddModel<Point, Answer>("lazy", static options => options.Start = ModelStart.Lazy),
            settings: ("Serving:MemoryBudget", "1"));
        await service.PromoteAsync("1", "always");
        await service.PromoteAsync("2", "lazy");
        await service.StartAsync();

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(
            () => service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("lazy").PredictAsync(new Point()));

        Assert.That(exception!.Message, Does.Contain("MlOps:Serving:MemoryBudget"));
        Assert.That(service.Services.GetRequiredKeyedService<IModel>("always").Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_that_never_fits_makes_nobody_leave()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("small", static options => options.Start = ModelStart.Lazy)
                .AddModel<Point, Answer>("huge", static options => options.Start = ModelStart.Lazy),
            settings: ("Serving:MemoryBudget", "2"));
        await service.PromoteAsync("1", "small");
        await service.PromoteAsync("1000", "huge");
        await service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("small").PredictAsync(new Point());

        await Assert.ThrowsAsync<ModelNotReadyException>(() => service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("huge").PredictAsync(new Point()));

        Assert.That(service.Services.GetRequiredKeyedService<IModel>("small").Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_whose_next_version_cannot_be_loaded_is_not_unloaded_for_another()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("line", static options => options.Start = ModelStart.Lazy)
                .AddModel<Point, Answer>("other", static options => options.Start = ModelStart.Lazy),
            settings: ("Serving:MemoryBudget", "2"));
        await service.PromoteAsync("2");
        await service.PromoteAsync("33", "other");
        var model = service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("line");
        await model.PredictAsync(new Point { X = 1 });
        await service.PromoteAsync("x");
        await Assert.ThrowsAsync<MlOps.Models.ModelFormatException>(() => model.ReloadAsync());

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("other").PredictAsync(new Point()));

        Assert.That(exception!.Message, Does.Contain("MlOps:Serving:MemoryBudget"));
        Assert.That((await model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2), "What answered goes on answering.");
    }

    [Test]
    public async Task A_model_that_is_asked_for_while_its_unloaded_version_drains_waits_for_its_memory()
    {
        var service = CreateService(
            build: static builder => builder.AddModel<Point, Answer>("line", static options => options.Start = ModelStart.Lazy)
                .AddModel<Point, Answer>("other", static options => options.Start = ModelStart.Lazy),
            settings: ("Serving:MemoryBudget", "3"));
        await service.PromoteAsync("22");
        await service.PromoteAsync("33", "other");
        var model = service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("line");
        await model.PredictAsync(new Point { X = 1 });
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        service.Loader.Models[0].Middle = () =>
        {
            entered.Release();
            release.Wait();
        };
        var running = Task.Run(() => model.PredictAsync(new Point { X = 1 }));
        await entered.WaitAsync();
        var other = service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("other").PredictAsync(new Point { X = 1 });
        while (model.Status.ReadyVersion is not null)
        {
            await Task.Yield();
        }

        var again = model.PredictAsync(new Point { X = 1 });
        release.Release();

        Assert.That((await Task.WhenAll(running, other, again)).Select(static prediction => prediction.Output.Y), Is.EqualTo(new[] { 22f, 33f, 22f }));
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
    public async Task Memory_of_versions_swapped_out_is_given_back()
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

    private static IModel<Point, Answer> Get(Service service, int number) => service.Services.GetRequiredKeyedService<IModel<Point, Answer>>($"model-{number}");
}
