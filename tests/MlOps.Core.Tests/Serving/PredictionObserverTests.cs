using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PredictionObserverTests : ServingFixture
{
    private readonly RecordingObserver _observer = new();

    [Test]
    public async Task A_single_prediction_is_observed_with_the_row_and_the_identifier_that_the_caller_has()
    {
        var service = await StartAsync();

        var prediction = service.Model.Predict(new Point { X = 3 }, new Answer());

        var row = _observer.Rows.Single();
        Assert.That((row.X, row.Y, row.Warnings, row.Id), Is.EqualTo((3f, (float?)6f, 0, prediction.Id)));
    }

    [Test]
    public async Task The_warm_up_is_not_observed()
    {
        await StartAsync();

        Assert.That(_observer.Rows, Is.Empty);
    }

    [Test]
    public async Task A_rejected_row_is_observed_although_the_caller_receives_an_exception()
    {
        var service = await StartAsync();

        Assert.That(() => service.Model.Predict(new Point { X = 1000 }, new Answer()), Throws.TypeOf<InvalidInputException>());

        var row = _observer.Rows.Single();
        Assert.That((row.X, row.Y, row.Warnings), Is.EqualTo((1000f, (float?)null, 1)));
    }

    [Test]
    public async Task A_clamped_row_is_observed_as_the_caller_passed_it()
    {
        var service = await StartAsync(static options => options.OnInvalidInput = InputPolicy.Clamp);

        service.Model.Predict(new Point { X = 1000 }, new Answer());

        var row = _observer.Rows.Single();
        Assert.That((row.X, row.Y, row.Warnings), Is.EqualTo((1000f, (float?)200f, 1)));
    }

    [Test]
    public async Task All_rows_of_a_batch_are_observed_and_one_has_the_duration_of_a_row()
    {
        var service = await StartAsync();
        Point[] inputs = [new() { X = 1 }, new() { X = 1000 }, new() { X = 2 }];

        service.Model.Predict(inputs, [new(), new(), new()], new Prediction<Answer>[3]);

        Assert.That(_observer.Rows.Select(static row => row.Y), Is.EqualTo(new float?[] { 2, null, 4 }));
        Assert.That(_observer.Rows.Select(static row => row.ElapsedTicks >= 0), Is.EqualTo(new[] { true, false, false }));
    }

    [Test]
    public async Task Rows_of_micro_batches_are_observed_once()
    {
        var service = await StartAsync(static options => options.MaxBatchSize = 8);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(x => service.Model.PredictAsync(new Point { X = x }, new Answer())));

        Assert.That(_observer.Rows.Select(static row => row.X).Order(), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    [Test]
    public async Task A_prediction_from_tensors_is_observed()
    {
        var service = await StartAsync();
        IModel model = service.Services.GetRequiredKeyedService<IModel>("line");

        var prediction = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new[] { 4f }, [1]) });

        var row = _observer.Rows.Single();
        Assert.That((row.X, row.Y, row.Id), Is.EqualTo((4f, (float?)8f, prediction.Id)));
    }

    [Test]
    public async Task One_of_16_single_predictions_is_measured()
    {
        var service = await StartAsync(static options => options.Predictors = 1);

        for (var call = 0; call < 32; call++)
        {
            service.Model.Predict(new Point(), new Answer());
        }

        Assert.That(_observer.Rows.Count(static row => row.ElapsedTicks >= 0), Is.EqualTo(2));
    }

    [Test]
    public async Task An_observer_that_throws_fails_no_prediction_and_is_logged_once()
    {
        var service = await StartAsync();
        _observer.Middle = static () => throw new InvalidOperationException("no room");

        service.Model.Predict(new Point { X = 1 }, new Answer());
        var prediction = service.Model.Predict(new Point { X = 2 }, new Answer());

        Assert.That(prediction.Output.Y, Is.EqualTo(4));
        var warnings = service.Logs.GetSnapshot().Where(static log => log.Level == LogLevel.Warning).Select(static log => log.Message);
        Assert.That(warnings, Has.One.Contains("RowRecorder"));
    }

    [Test]
    public async Task The_observers_of_a_replaced_version_are_disposed()
    {
        var service = await StartAsync();
        var before = _observer.Observers;

        await service.PromoteAsync("3");
        await service.PollAsync(static status => status.ReadyVersion == 2);

        await Until.IsTrueAsync(() => _observer.Observers == before);
        var versions = _observer.Versions.Select(static version => (version.ServedAs, version.Version.Number)).Distinct();
        Assert.That(versions, Is.EqualTo(new[] { ("line", 1), ("line", 2) }));
    }

    private async Task<Service> StartAsync(Action<ServedModelOptions>? configure = null)
    {
        var service = CreateService(build: builder =>
        {
            builder.Services.AddSingleton<IPredictionObserver>(_observer);
            builder.AddModel<Point, Answer>("line", configure);
        });
        await service.PromoteAsync("2");
        await service.StartAsync();
        return service;
    }
}
