using System.Globalization;
using MlOps.Models;
using MlOps.Providers;

namespace MlOps.Testing;

public abstract partial class ModelLoaderConformance
{
    private const string Surplus = "surplus";

    [TestCase(1)]
    [TestCase(9)]
    public async Task Tensors_and_objects_have_equal_predictions(int count)
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = CreateRows(count);

        var tensors = model.Predict(ToTensors(model, rows));

        var (labels, probabilities) = (ToNumbers(tensors["label"]), ToNumbers(tensors["probabilities"]));
        Assert.That(tensors.Values.Select(static tensor => tensor.Shape[0]), Is.All.EqualTo(count));
        for (var i = 0; i < count; i++)
        {
            var expected = PredictOne(predictor, rows[i]);
            var width = expected.Probabilities!.Length;
            Assert.That(labels[i], Is.EqualTo(expected.Label));
            Assert.That(probabilities[(i * width)..((i + 1) * width)], Is.EqualTo(expected.Probabilities).Within(Tolerance));
        }
    }

    [Test]
    public async Task Tensor_outputs_match_the_signature()
    {
        using var model = await LoadAsync();

        var tensors = model.Predict(ToTensors(model, CreateRows(2)));

        Assert.That(
            tensors.Select(static pair => (pair.Key, pair.Value.Type)),
            Is.EquivalentTo(model.Signature.Outputs.Where(static output => !output.IsOptional).Select(static output => (output.Name, output.Type))));
    }

    [Test]
    public async Task Missing_tensors_are_rejected_by_name()
    {
        using var model = await LoadAsync();
        var names = model.Signature.Inputs.Where(static input => !input.IsOptional).Select(static input => input.Name);

        AssertRejected(model, new Dictionary<string, ModelTensor>(), [.. names]);
    }

    [Test]
    public async Task Unknown_tensor_is_rejected_by_name()
    {
        using var model = await LoadAsync();
        var inputs = ToTensors(model, CreateRows(1));
        inputs[Surplus] = new ModelTensor(new float[1], [1]);

        AssertRejected(model, inputs, Surplus);
    }

    [Test]
    public async Task Tensors_of_another_type_are_rejected_by_name()
    {
        using var model = await LoadAsync();
        var inputs = ToTensors(model, CreateRows(1));
        foreach (var (name, tensor) in inputs.ToArray())
        {
            inputs[name] = new ModelTensor(Enumerable.Repeat("text", tensor.Values.Length).ToArray(), tensor.Shape);
        }

        AssertRejected(model, inputs, [.. inputs.Keys, nameof(FeatureType.String), nameof(FeatureType.Float32)]);
    }

    [Test]
    public async Task Tensors_of_another_shape_are_rejected_by_name()
    {
        using var model = await LoadAsync();
        var inputs = ToTensors(model, CreateRows(1)).Keys.ToDictionary(static name => name, static _ => new ModelTensor(new float[7], [1, 7]));

        AssertRejected(model, inputs, [.. inputs.Keys]);
    }

    [Test]
    public async Task All_faults_of_tensors_are_reported_at_once()
    {
        using var model = await LoadAsync();
        var name = model.Signature.Inputs[0].Name;
        var inputs = new Dictionary<string, ModelTensor> { [name] = new(new[] { true }, [1]), [Surplus] = new(new float[1], [1]) };

        AssertRejected(model, inputs, name, Surplus);
    }

    [Test]
    public async Task Untyped_calls_from_several_threads_agree()
    {
        using var model = await LoadAsync();
        var inputs = ToTensors(model, CreateRows(5));
        var expected = ToNumbers(model.Predict(inputs)["probabilities"]);

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            await Task.Yield();
            Assert.That(ToNumbers(model.Predict(inputs)["probabilities"]), Is.EqualTo(expected).Within(Tolerance));
        });
    }

    private static void AssertRejected(ILoadedModel model, IReadOnlyDictionary<string, ModelTensor> inputs, params string[] named)
    {
        var exception = Assert.Catch<ArgumentException>(() => model.Predict(inputs))!;

        Assert.That(named.Where(name => !exception.Message.Contains(name, StringComparison.Ordinal)), Is.Empty, exception.Message);
    }

    private static Dictionary<string, ModelTensor> ToTensors(ILoadedModel model, FourFeatures[] rows)
    {
        var properties = FeatureProperty.Of<FourFeatures>();
        return model.Signature.Inputs.Where(static input => !input.IsOptional).ToDictionary(static input => input.Name, input =>
        {
            var property = FeatureProperty.Find(properties, input.Name);
            Assert.That(property, Is.Not.Null, $"The fixture has no values for the input '{input.Name}' of the model. See WriteModelAsync.");
            float[] values = [.. rows.SelectMany(row => property!.Property.GetValue(row) is float number ? [number] : row.Features!)];
            return new ModelTensor(values, [rows.Length, .. InnerShape(input, values.Length / rows.Length)]);
        });
    }

    /// <summary>Gets the dimensions after the rows from the signature, or else one dimension for several values and none for a single value.</summary>
    private static IEnumerable<long> InnerShape(ModelFeature input, int width) => input.Shape.Count switch
    {
        >= 2 => input.Shape.Skip(1).Select(length => length ?? width),
        _ => width == 1 ? [] : [width],
    };

    private static double[] ToNumbers(ModelTensor tensor) =>
        [.. tensor.Values.Cast<object>().Select(static value => Convert.ToDouble(value, CultureInfo.InvariantCulture))];
}
