using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Tests the mapping of types to columns. The pipelines have no trained steps, so that each output is known.</summary>
public sealed class MappingTests
{
    private static readonly MLContext s_context = new();

    [Test]
    public async Task Types_written_for_MLNet_work_unchanged()
    {
        using var model = await LoadIrisAsync();
        using var predictor = model.CreatePredictor<IrisRow, NativeOutput>();
        var row = IrisModel.ReadRows("iris_logreg.test.csv").First();
        var output = new NativeOutput();

        predictor.Predict(row, output);

        Assert.That(output.Class, Is.EqualTo(row.Species));
        Assert.That(output.Scores.Length, Is.EqualTo(3));
        Assert.That(output.Scores.DenseValues().Sum(), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public async Task Column_for_training_needs_no_property()
    {
        using var model = await LoadIrisAsync();

        Assert.That(model.Signature.Inputs.Select(static input => input.Name), Is.EqualTo(new[] { "features" }));
        Assert.DoesNotThrow(() => model.CreatePredictor<ByIndex, Label>().Dispose());
    }

    [Test]
    public async Task Values_of_a_vector_come_from_properties_by_index()
    {
        using var model = await LoadIrisAsync();

        Assert.That(Predict(model, new ByIndex { A = 5.9f, B = 3, C = 4.2f, D = 1.5f }, new Label()).Value, Is.EqualTo(1));
    }

    [Test]
    public async Task Values_of_a_vector_come_from_properties_in_the_order_of_the_registered_signature()
    {
        var names = new[] { "sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)" };
        using var model = await LoadIrisAsync(
            new ModelSignature { Inputs = [.. names.Select(static name => new ModelFeature { Name = name, Type = FeatureType.Float32 })], Outputs = [] });

        Assert.That(
            Predict(model, new ByName { PetalLengthCm = 4.2f, PetalWidthCm = 1.5f, SepalLengthCm = 5.9f, SepalWidthCm = 3 }, new Label()).Value,
            Is.EqualTo(1));
    }

    [Test]
    public async Task One_value_of_an_output_goes_to_a_property_by_index()
    {
        using var model = await LoadIrisAsync();

        var output = Predict(model, new ByIndex { A = 5.9f, B = 3, C = 4.2f, D = 1.5f }, new Versicolor());

        Assert.That(output.Probability, Is.EqualTo(0.77255).Within(1e-4));
    }

    [Test]
    public async Task Every_mismatch_is_listed_at_once()
    {
        using var model = await LoadAsync(
            new Row(),
            static transforms => transforms.CopyColumns("a", "Number").Append(transforms.CopyColumns("b", "Whole"))
                .Append(transforms.CopyColumns("c", "Text")));

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<Misfit, MisfitOutput>())!;

        Assert.That(misfit.Faults.Select(static fault => $"{fault}"), Is.EquivalentTo(new[]
        {
            "property 'Number': expected Float32 ([Feature(AllowNarrowing = true)] rounds), found Float64",
            "input 'Whole': expected Int32, found no property",
            "property 'Text': expected String, found Int32",
            "property 'A': expected Float32, found Int64",
            "property 'Unheard': expected an output of the model ('a', 'b', 'c'), found no output of that name",
        }));
    }

    [Test]
    public async Task Value_of_a_vector_without_a_property_is_a_mismatch()
    {
        using var model = await LoadIrisAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<TwoByIndex, Label>())!;

        Assert.That(misfit.Faults.Select(static fault => fault.Member), Is.EqualTo(new[] { "input 'features', value 1", "input 'features', value 3" }));
    }

    [Test]
    public async Task Property_that_matches_two_elements_is_rejected()
    {
        using var model = await LoadIrisAsync(new ModelSignature
        {
            Inputs = [.. new[] { "t-1", "t+1", "c", "d" }.Select(static name => new ModelFeature { Name = name, Type = FeatureType.Float32, Shape = [null] })],
            Outputs = [],
        });

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<Moments, Label>())!;

        Assert.That(misfit.Faults.Select(static fault => $"{fault}"), Is.EqualTo(new[]
        {
            "property 'T1': expected a single input (specify its name with [Feature], and Index for one element of a vector), "
            + "found several inputs with the same letters and digits",
        }));
    }

    [Test]
    public async Task Numbers_are_widened_and_missing_ones_are_NaN()
    {
        using var model = await LoadAsync(new Row(), static transforms => transforms.CopyColumns("a", "Number").Append(transforms.CopyColumns("b", "Whole")));

        var present = Predict(model, new Narrow { Number = 300, Whole = 7 }, new Wide());
        var missing = Predict(model, new Narrow { Number = null, Whole = 7 }, new Wide());

        Assert.That((present.A, present.B), Is.EqualTo((300d, 7L)));
        Assert.That(missing.A, Is.NaN);
    }

    [Test]
    public async Task Missing_integer_and_array_of_another_length_are_rejected_by_name_and_the_predictor_remains_usable()
    {
        using var model = await LoadAsync(new Row(), static transforms => transforms.CopyColumns("b", "Whole").Append(transforms.CopyColumns("c", "Vector")));
        using var predictor = model.CreatePredictor<Partial, PartialOutput>();
        var output = new PartialOutput();

        Assert.That(() => predictor.Predict(new Partial { Whole = null }, output), Throws.ArgumentException.With.Message.Contains("'Whole'"));
        Assert.That(() => predictor.Predict(new Partial { Vector = [1] }, output), Throws.ArgumentException.With.Message.Contains("'Vector' has 1 values"));
        Assert.That(() => predictor.Predict(new Partial { Vector = null! }, output), Throws.ArgumentException.With.Message.Contains("'Vector' is null"));
        predictor.Predict(new Partial { Whole = 3, Vector = [4, 5] }, output);

        Assert.That((output.B, output.C), Is.EqualTo((3, new[] { 4f, 5f })));
    }

    [Test]
    public async Task Texts_Booleans_dates_and_arrays_are_preserved()
    {
        using var model = await LoadAsync(new Row(), static transforms => transforms.CopyColumns("t", "Text").Append(transforms.CopyColumns("f", "Flag"))
            .Append(transforms.CopyColumns("m", "Moment")).Append(transforms.CopyColumns("d", "Day")).Append(transforms.CopyColumns("ts", "Texts")));
        var row = new Row
        {
            Text = "å",
            Flag = true,
            Moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            Day = new DateTime(2026, 5, 6),
            Texts = ["x", "", "z"],
        };

        var output = Predict(model, row, new Copies());
        var missing = Predict(model, new Row { Text = null! }, new Copies());

        Assert.That((output.T, output.F, output.M, output.D), Is.EqualTo((row.Text, true, row.Moment, row.Day)));
        Assert.That(output.Ts, Is.EqualTo(row.Texts));
        Assert.That(missing.T, Is.Empty);
    }

    [Test]
    public async Task Repeated_text_is_not_allocated_again()
    {
        using var model = await LoadAsync(new Row(), static transforms => transforms.CopyColumns("t", "Text"));
        using var predictor = model.CreatePredictor<Row, OneText>();
        var output = new OneText { T = "same" };
        var before = output.T;

        predictor.Predict(new Row { Text = string.Concat("sa", "me") }, output);

        Assert.That(output.T, Is.SameAs(before));
    }

    [Test]
    public async Task Key_is_its_number_or_its_text()
    {
        using var model = await LoadAsync(
            new Row { Text = "red" }, static transforms => transforms.Conversion.MapValueToKey("k", "Text"), new Row { Text = "green" });

        var (green, blue) = (Predict(model, new Row { Text = "green" }, new KeyText()), Predict(model, new Row { Text = "blue" }, new KeyText()));

        Assert.That((green.K, Predict(model, new Row { Text = "green" }, new KeyNumber()).K), Is.EqualTo(("green", 2)));
        Assert.That((blue.K, Predict(model, new Row { Text = "blue" }, new KeyNumber()).K), Is.EqualTo(("", 0)));
    }

    [TestCase(0u)]
    [TestCase(2u)]
    [TestCase(3u)]
    [TestCase(9u)]
    public async Task Key_as_an_input_counts_as_in_MLNets_own_engine(uint key)
    {
        var data = s_context.Data.LoadFromEnumerable([new Keyed()]);
        var pipeline = s_context.Transforms.CopyColumns("k", "Key").Fit(data);
        using var engine = s_context.Model.CreatePredictionEngine<Keyed, KeyedOutput>(pipeline);
        using var folder = ModelFolder.With(pipeline, data.Schema);
        using var model = await folder.LoadAsync();

        Assert.That(Predict(model, new Keyed { Key = key }, new KeyedOutput()).K, Is.EqualTo(engine.Predict(new Keyed { Key = key }).K));
        Assert.That(
            ((uint[])model.Predict(new Dictionary<string, ModelTensor> { ["Key"] = new(new[] { key }, [1]) })["k"].Values)[0],
            Is.EqualTo(engine.Predict(new Keyed { Key = key }).K));
    }

    [Test]
    public async Task Column_in_place_of_an_input_is_an_output()
    {
        using var model = await LoadAsync(new Row(), static transforms => transforms.Conversion.ConvertType("Whole", outputKind: DataKind.Single));

        Assert.That(model.Signature.Outputs.Select(static output => (output.Name, output.Type)), Is.EqualTo(new[] { ("Whole", FeatureType.Float32) }));
        Assert.That(model.Signature.Inputs.Select(static input => (input.Name, input.Type)), Is.EqualTo(new[] { ("Whole", FeatureType.Int32) }));
    }

    private static TOutput Predict<TInput, TOutput>(ILoadedModel model, TInput input, TOutput output)
        where TInput : class
        where TOutput : class, new()
    {
        using var predictor = model.CreatePredictor<TInput, TOutput>();
        predictor.Predict(input, output);
        return output;
    }

    private static async Task<ILoadedModel> LoadIrisAsync(ModelSignature? signature = null)
    {
        using var folder = ModelFolder.With(IrisModel.ToZip(), signature);
        return await folder.LoadAsync();
    }

    private static async Task<ILoadedModel> LoadAsync<TRow>(TRow row, Func<TransformsCatalog, IEstimator<ITransformer>> pipeline, params TRow[] more)
        where TRow : class
    {
        var data = s_context.Data.LoadFromEnumerable([row, .. more]);
        using var folder = ModelFolder.With(pipeline(s_context.Transforms).Fit(data), data.Schema);
        return await folder.LoadAsync();
    }

    private sealed class Row
    {
        public float Number { get; init; }

        public int Whole { get; init; }

        public string Text { get; init; } = "";

        public bool Flag { get; init; }

        public DateTimeOffset Moment { get; init; }

        public DateTime Day { get; init; }

        [VectorType(2)]
        public float[] Vector { get; init; } = [0, 0];

        public string[] Texts { get; init; } = [];
    }

    private sealed class ByIndex
    {
        [Feature("features", Index = 3)]
        public float D { get; init; }

        [Feature("features", Index = 0)]
        public float A { get; init; }

        [Feature("features", Index = 1)]
        public float B { get; init; }

        [Feature("features", Index = 2)]
        public float C { get; init; }
    }

    private sealed class TwoByIndex
    {
        [Feature("features", Index = 0)]
        public float A { get; init; }

        [Feature("features", Index = 2)]
        public float C { get; init; }
    }

    private sealed class ByName
    {
        public float PetalLengthCm { get; init; }

        public float PetalWidthCm { get; init; }

        public float SepalLengthCm { get; init; }

        public float SepalWidthCm { get; init; }
    }

    private sealed class Moments
    {
        public float T1 { get; init; }

        public float C { get; init; }

        public float D { get; init; }
    }

    private sealed class Label
    {
        [Feature("label")]
        public int Value { get; set; }
    }

    private sealed class Versicolor
    {
        [Feature("probabilities", Index = 1)]
        public double Probability { get; set; }
    }

    private sealed class Misfit
    {
        public double Number { get; init; }

        public int Text { get; init; }
    }

    private sealed class MisfitOutput
    {
        public long A { get; set; }

        public int B { get; set; }

        public string C { get; set; } = "";

        public float Unheard { get; set; }
    }

    private sealed class Narrow
    {
        public short? Number { get; init; }

        public byte Whole { get; init; }
    }

    private sealed class Wide
    {
        public double A { get; set; }

        public long? B { get; set; }
    }

    private sealed class Partial
    {
        public int? Whole { get; init; } = 1;

        public float[] Vector { get; init; } = [1, 2];
    }

    private sealed class PartialOutput
    {
        public int B { get; set; }

        public float[] C { get; set; } = [];
    }

    private sealed class Copies
    {
        public string T { get; set; } = "";

        public bool F { get; set; }

        public DateTimeOffset M { get; set; }

        public DateTime D { get; set; }

        public string[] Ts { get; set; } = [];
    }

    private sealed class OneText
    {
        public string T { get; set; } = "";
    }

    private sealed class KeyText
    {
        public string K { get; set; } = "";
    }

    private sealed class KeyNumber
    {
        public long K { get; set; }
    }

    private sealed class Keyed
    {
        [KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class KeyedOutput
    {
        [ColumnName("k")]
        public uint K { get; set; }
    }
}
