using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

public sealed class ServedModelTests : ServingFixture
{
    [Test]
    public async Task A_prediction_names_its_version()
    {
        var service = await StartServiceAsync();

        var prediction = service.Model.Predict(new Point { X = 3 });

        Assert.That(prediction.Output.Y, Is.EqualTo(6));
        Assert.That(prediction.Version.Number, Is.EqualTo(1));
        Assert.That(prediction.Violations, Is.Empty);
        Assert.That(prediction.IsRejected, Is.False);
    }

    [Test]
    public async Task Every_prediction_has_a_unique_identifier()
    {
        var service = await StartServiceAsync();
        var ids = new System.Collections.Concurrent.ConcurrentBag<Guid>();

        Parallel.For(0, 10_000, _ => ids.Add(service.Model.Predict(new Point()).Id));

        Assert.That(ids.Distinct().Count(), Is.EqualTo(10_000));
        Assert.That(ids.First().Version, Is.EqualTo(8));
    }

    [Test]
    public async Task The_output_may_be_an_existing_object()
    {
        var service = await StartServiceAsync();
        var answer = new Answer();

        var prediction = service.Model.Predict(new Point { X = 1 }, answer);

        Assert.That(prediction.Output, Is.SameAs(answer));
        Assert.That(answer.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_prediction_into_an_existing_object_does_not_allocate()
    {
        var service = await StartServiceAsync();
        var (point, answer) = (new Point { X = 1 }, new Answer());
        service.Model.Predict(point, answer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1_000; call++)
        {
            service.Model.Predict(point, answer);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task An_invalid_row_is_rejected_with_all_violations_and_without_its_values_in_the_message()
    {
        var service = await StartServiceAsync();

        var exception = Assert.Throws<InvalidInputException>(() => service.Model.Predict(new Point { X = 4711 }));

        Assert.That(exception.Violations.Single().Feature, Is.EqualTo("x"));
        Assert.That(exception.Message, Does.Contain("'line'").And.Contain("x").And.Not.Contain("4711"));
    }

    [Test]
    public async Task A_rejected_row_of_a_batch_does_not_affect_the_others()
    {
        var service = await StartServiceAsync();

        var predictions = service.Model.Predict<Point, Answer>([new Point { X = 1 }, new Point { X = 4711 }, new Point { X = 3 }]);

        Assert.That(predictions.Select(static prediction => prediction.IsRejected), Is.EqualTo([false, true, false]));
        Assert.That(predictions[2].Output.Y, Is.EqualTo(6));
        Assert.That(predictions[1].Violations, Has.Count.EqualTo(1));
        Assert.Throws<InvalidInputException>(() => _ = predictions[1].Output);
    }

    [Test]
    public async Task A_clamped_value_is_a_warning_and_the_row_remains_unchanged()
    {
        var service = await StartServiceAsync(static options => options.OnInvalidInput = InputPolicy.Clamp);
        var point = new Point { X = 4711 };

        var prediction = service.Model.Predict(point);

        Assert.That(prediction.Output.Y, Is.EqualTo(200));
        Assert.That(prediction.Violations.Single().Policy, Is.EqualTo(InputPolicy.Clamp));
        Assert.That(point.X, Is.EqualTo(4711));
    }

    [Test]
    public async Task Observed_violations_are_not_warnings()
    {
        var service = await StartServiceAsync(static options => options.OnInvalidFeature["x"] = InputPolicy.Observe);

        var prediction = service.Model.Predict(new Point { X = 4711 });

        Assert.That(prediction.Output.Y, Is.EqualTo(9422));
        Assert.That(prediction.Violations, Is.Empty);
    }

    [Test]
    public async Task A_long_batch_can_be_cancelled()
    {
        var service = await StartServiceAsync();
        using var cancellation = new CancellationTokenSource();
        var rows = 0;
        service.Loader.Models[0].Middle = () =>
        {
            if (++rows == 10)
            {
                cancellation.Cancel();
            }
        };

        Assert.Throws<OperationCanceledException>(() =>
            service.Model.Predict([.. Enumerable.Range(0, 100_000).Select(static _ => new Point())], cancellation.Token));

        Assert.That(rows, Is.LessThanOrEqualTo(1_000));
    }

    [Test]
    public async Task Spans_of_different_lengths_are_rejected()
    {
        var service = await StartServiceAsync();

        var exception = Assert.Throws<ArgumentException>(() => service.Model.Predict([new Point()], [new Answer()], []));

        Assert.That(exception.Message, Does.Contain("inputs (1), outputs (1) and predictions (0)"));
    }

    [Test]
    public async Task A_prediction_that_throws_returns_its_predictor()
    {
        var service = await StartServiceAsync(static options =>
        {
            options.OnInvalidInput = InputPolicy.Observe;
            options.Predictors = 1;
        });

        Assert.Throws<ArgumentException>(() => service.Model.Predict(new Point { X = float.NaN }));

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Loader.Models[0].LivePredictors, Is.EqualTo(1));
    }

    [Test]
    public async Task Named_tensors_are_predicted_too()
    {
        var service = await StartServiceAsync();

        var prediction = await service.Model.PredictAsync(new Dictionary<string, ModelTensor> { ["x"] = new(new float[] { 1, 2 }, [2]) });

        Assert.That(prediction.Output["y"].AsSpan<float>().ToArray(), Is.EqualTo([2f, 4f]));
        Assert.That(prediction.Version.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Models_of_the_same_types_are_resolved_by_key()
    {
        var service = CreateService(build: static builder => builder.AddModel<Point, Answer>("first", static options => options.Model = "line")
            .AddModel<Point, Answer>("second"));
        await service.PromoteAsync("2");
        await service.PromoteAsync("3", "second");
        await service.StartAsync();

        Assert.That(service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("first").Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("second").Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3));
        Assert.That(service.Services.GetServices<IModel>().Select(static model => model.Name), Is.EquivalentTo(["first", "second"]));
        var exception = Assert.Throws<InvalidOperationException>(() => _ = service.Model);
        Assert.That(exception.Message, Does.Contain("'first', 'second'").And.Contain("FromKeyedServices"));
    }

    [Test]
    public async Task A_batch_with_a_row_that_is_null_names_the_row()
    {
        var service = await StartServiceAsync();

        Assert.That(
            () => service.Model.Predict([new Point(), null!]), Throws.ArgumentException.With.Message.Contain("The input or output at index 1 is null."));
        await Assert.ThatAsync(
            () => service.Model.PredictBatchAsync(new[] { new Point(), null! }),
            Throws.ArgumentException.With.Message.Contain("The input or output at index 1 is null."));
    }
}
