using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Tests models that predict from named tensors. They have the guarantees of typed models.</summary>
public sealed class UntypedModelTests : ServingFixture
{
    private static Dictionary<string, ModelTensor> Inputs(params float[] x) => new() { ["x"] = new ModelTensor(x, [x.Length]) };

    [Test]
    public async Task An_untyped_model_predicts_synchronously_and_asynchronously()
    {
        var service = CreateService(build: static builder => builder.AddModel("line"));
        await service.PromoteAsync("2");
        await service.StartAsync();
        var model = service.Services.GetRequiredKeyedService<IModel>("line");

        var now = model.Predict(Inputs(1, 2));
        var later = await model.PredictAsync(Inputs(3));

        Assert.That(now.Output["y"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 2f, 4f }));
        Assert.That(later.Output["y"].AsSpan<float>()[0], Is.EqualTo(6));
        Assert.That(later.Version.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Values_are_validated_as_those_of_rows([Values] bool isTyped)
    {
        var service = CreateService(build: isTyped ? null : static builder => builder.AddModel("line"));
        await service.PromoteAsync("2");
        await service.StartAsync();
        var model = service.Services.GetRequiredKeyedService<IModel>("line");

        var exception = Assert.Throws<InvalidInputException>(() => model.Predict(Inputs(1, 101)));
        await Assert.ThatAsync(() => model.PredictAsync(Inputs(float.NaN)), Throws.TypeOf<InvalidInputException>());

        Assert.That(exception.Violations.Single().Rule, Is.EqualTo(InputRule.Maximum));
    }

    [Test]
    public async Task The_policies_of_the_settings_hold()
    {
        var service = CreateService(build: static builder => builder.AddModel("line", static options => options.OnInvalidInput = InputPolicy.Clamp));
        await service.PromoteAsync("2");
        await service.StartAsync();

        var prediction = service.Services.GetRequiredKeyedService<IModel>("line").Predict(Inputs(500));

        Assert.That(prediction.Output["y"].AsSpan<float>()[0], Is.EqualTo(200));
        Assert.That(prediction.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_synchronous_call_does_not_wait_for_a_lazy_model_and_the_asynchronous_one_does()
    {
        var service = CreateService(build: static builder => builder.AddModel("line", static options => options.Start = ModelStartMode.Lazy));
        await service.PromoteAsync("2");
        await service.StartAsync();
        var model = service.Services.GetRequiredKeyedService<IModel>("line");

        Assert.Throws<ModelNotReadyException>(() => model.Predict(Inputs(1)));
        Assert.That((await model.PredictAsync(Inputs(1))).Output["y"].AsSpan<float>()[0], Is.EqualTo(2));
    }

    [Test]
    public void A_name_cannot_be_registered_with_and_without_types()
    {
        Assert.That(
            () => CreateService(build: static builder => builder.AddModel("line").AddModel<Point, Answer>("line")),
                Throws.ArgumentException.With.Message.Contain("other types"));
    }

    [Test]
    public async Task A_batch_of_a_lazy_model_loads_it()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("2");
        await service.StartAsync();

        Assert.That(service.Model.Predict([new Point { X = 1 }])[0].Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task An_asynchronous_batch_predicts_each_row_and_waits_for_a_lazy_model()
    {
        var service = CreateService(static options => options.Start = ModelStartMode.Lazy);
        await service.PromoteAsync("2");
        await service.StartAsync();

        var predictions = await service.Model.PredictBatchAsync(new[] { new Point { X = 1 }, new Point { X = 101 } });

        Assert.That(predictions[0].Output.Y, Is.EqualTo(2));
        Assert.That(predictions[1].IsRejected, Is.True);
    }

    [Test]
    public async Task A_tensor_that_is_null_counts_as_missing()
    {
        var service = CreateService(build: static builder => builder.AddModel("line"));
        await service.PromoteAsync("2");
        await service.StartAsync();
        var model = service.Services.GetRequiredKeyedService<IModel>("line");

        var exception = Assert.Throws<InvalidInputException>(() => model.Predict(new Dictionary<string, ModelTensor> { ["x"] = null! }));
        var prediction = model.Predict(new Dictionary<string, ModelTensor>(Inputs(1)) { ["other"] = null! });

        Assert.That(exception.Violations.Single().Rule, Is.EqualTo(InputRule.Required));
        Assert.That(prediction.Output["y"].AsSpan<float>()[0], Is.EqualTo(2));
    }
}
