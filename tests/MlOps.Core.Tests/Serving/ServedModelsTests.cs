using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace MlOps.Serving;

/// <summary>Tests adding and removing models at run time.</summary>
public sealed class ServedModelsTests : ServingFixture
{
    private static IServedModels In(Service service) => service.Services.GetRequiredService<IServedModels>();

    [Test]
    public async Task A_model_is_added_and_removed_while_the_process_runs()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("5", "tenant");

        var model = await In(service).AddAsync<Point, Answer>("tenant");

        Assert.That(model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(5));
        Assert.That(In(service).Models.Select(static model => model.Name), Is.EqualTo(new[] { "line", "tenant" }));
        Assert.That(In(service).Find("TENANT"), Is.SameAs(model));
        Assert.That((await service.CheckHealthAsync()).Entries["mlops-models"].Data["tenant"], Is.EqualTo("version 1"));
        Assert.That(await In(service).RemoveAsync("tenant"), Is.True);
        Assert.That(await In(service).RemoveAsync("tenant"), Is.False);
        Assert.Throws<ObjectDisposedException>(() => model.Predict(new Point()));
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task A_model_that_was_added_follows_its_alias()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("5", "tenant");
        var model = await In(service).AddAsync<Point, Answer>("tenant");

        await service.PromoteAsync("6", "tenant");
        await Until.IsTrueAsync(() => model.Status.ReadyVersion == 2);

        Assert.That(model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(6));
    }

    [Test]
    public async Task A_required_model_that_cannot_be_served_is_not_added()
    {
        var service = await StartServiceAsync();

        await Assert.ThatAsync(() => In(service).AddAsync("absent"), Throws.InstanceOf<MlOpsException>());

        Assert.That(In(service).Find("absent"), Is.Null);
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task Invalid_options_and_existing_names_are_rejected()
    {
        var service = await StartServiceAsync();

        await Assert.ThatAsync(() => In(service).AddAsync("x", static options => options.Predictors = -1), Throws.TypeOf<OptionsValidationException>());
        await Assert.ThatAsync(() => In(service).AddAsync("Line"), Throws.ArgumentException);
        await Assert.ThatAsync(() => In(service).RemoveAsync("line"), Throws.InvalidOperationException);
    }

    [Test]
    public async Task The_end_of_the_process_unloads_models_that_were_added()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("5", "tenant");
        await In(service).AddAsync("tenant");

        await service.DisposeAsync();

        await service.WaitForDisposalsAsync(live: 0);
    }

    [Test]
    public async Task One_of_many_concurrent_additions_of_a_name_succeeds()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("5", "tenant");

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await In(service).AddAsync("tenant");
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }));

        Assert.That(results.Count(static added => added), Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_that_is_being_added_when_the_process_ends_is_unloaded()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("5", "tenant");
        var models = In(service);
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        service.Loader.Before = _ =>
        {
            entered.TrySetResult();
            return gate.Task;
        };
        var adding = models.AddAsync("tenant");
        await entered.Task;

        await service.DisposeAsync();
        gate.SetResult();

        await Assert.ThatAsync(() => adding, Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(() => models.AddAsync("other"), Throws.TypeOf<ObjectDisposedException>());
        await service.WaitForDisposalsAsync(live: 0);
    }
}
