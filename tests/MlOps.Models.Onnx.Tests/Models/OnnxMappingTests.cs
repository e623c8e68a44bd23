using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Tests the mapping of properties to tensors.</summary>
public sealed class OnnxMappingTests
{
    /// <summary>Adds a tensor with two columns and two tensors with one column.</summary>
    private static readonly byte[] s_sum = Model(
        [Node("Add", ["left", "right"], ["sum"]), Node("Concat", ["sum", "pair"], ["all"], Attribute("axis", 1))],
        [Tensor("left", TensorElementType.Float, -1, 1), Tensor("right", TensorElementType.Float, -1, 1), Tensor("pair", TensorElementType.Float, -1, 2)],
        [Tensor("sum", TensorElementType.Float, -1, 1), Tensor("all", TensorElementType.Float, -1, 3)]);

    [Test]
    public async Task Each_tensor_is_a_property_of_its_name()
    {
        var output = await PredictAsync<Operands, Sum>(s_sum, new Operands { Left = 2, Right = 3, Pair = [4, 5] });

        Assert.That((output.Total, output.All), Is.EqualTo((5f, new[] { 5f, 4, 5 })));
    }

    [Test]
    public async Task Values_of_a_tensor_are_properties_with_an_index()
    {
        var output = await PredictAsync<IndexedOperands, IndexedSum>(s_sum, new IndexedOperands { Left = 2, Right = 3, Second = 5, First = 4 });

        Assert.That((output.OfFirst, output.OfSecond), Is.EqualTo((4f, 5.0)));
    }

    [Test]
    public async Task Columns_of_a_registered_signature_are_those_of_all_tensors_in_turn()
    {
        var signature = Columns("a", "b", "c", "d");

        var output = await PredictAsync<FourColumns, Sum>(s_sum, new FourColumns { A = 2, B = 3, C = 4, D = 5 }, signature);

        Assert.That((output.Total, output.All), Is.EqualTo((5f, new[] { 5f, 4, 5 })));
    }

    [Test]
    public async Task Registered_signature_with_other_columns_is_reported()
    {
        var misfit = await MisfitAsync<FourColumns, Sum>(s_sum, Columns("a", "b", "c"));

        Assert.That(misfit.Faults, Has.Count.EqualTo(3));
        Assert.That(misfit.Faults.Select(static fault => fault.Found), Is.All.Contains("3 single-value inputs instead of 4"));
    }

    [Test]
    public async Task Missing_column_is_named_as_it_was_registered()
    {
        var misfit = await MisfitAsync<FourColumns, Sum>(s_sum, Columns("a", "b", "c", "mean radius"));

        Assert.That(misfit.Faults.Select(static fault => fault.ToString()), Is.EqualTo(new[] { "input 'mean radius': expected Float32, found no property" }));
    }

    [TestCase("c-1", "c+1", "a", "b")]
    [TestCase("a", "b", "c-1", "c+1")]
    [TestCase("a", "c-1", "c+1", "b")]
    public async Task Property_that_matches_two_columns_is_rejected(params string[] columns)
    {
        var misfit = await MisfitAsync<ThreeColumns, Sum>(s_sum, Columns(columns));

        Assert.That(misfit.Faults.Select(static fault => fault.ToString()), Is.EqualTo(new[]
        {
            "property 'C1': expected a single input (specify its name with [Feature], and Index for one element of a tensor), "
            + "found several inputs with the same letters and digits",
        }));
    }

    [Test]
    public async Task Missing_and_superfluous_indices_are_listed()
    {
        var misfit = await MisfitAsync<WrongIndices, Sum>(s_sum);

        Assert.That(misfit.Faults.Select(static fault => fault.ToString()), Is.EqualTo(new[]
        {
            "input 'pair': expected a property [Feature(\"pair\", Index = …)] for each of 2 values, found none for 0",
            "property 'Third': expected an index below 2, found 2",
        }));
    }

    [Test]
    public async Task Number_is_widened_only_without_loss()
    {
        var model = Identity(TensorElementType.Double, -1);

        Assert.That((await PredictAsync<Holder<int>, Holder<double>>(model, new Holder<int> { X = 7 })).X, Is.EqualTo(7.0));
        Assert.That((await MisfitAsync<Holder<long>, Holder<double>>(model)).Faults.Single().Found, Is.EqualTo(nameof(FeatureType.Int64)));
        Assert.That((await MisfitAsync<Holder<double>, Holder<float>>(model)).Faults.Single().Found, Is.EqualTo(nameof(FeatureType.Float32)));
    }

    [Test]
    public async Task Missing_number_is_NaN_and_comes_back_as_that()
    {
        var output = await PredictAsync<Holder<float?>, Holder<double?>>(Identity(TensorElementType.Float, -1, 1), new Holder<float?>());

        Assert.That(output.X, Is.NaN);
    }

    [Test]
    public async Task Missing_number_of_a_type_without_NaN_is_rejected_by_name()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Int64, -1));
        using var predictor = model.CreatePredictor<Holder<int?>, Holder<long>>();
        var output = new Holder<long>();

        Assert.That(() => predictor.Predict(new Holder<int?>(), output), Throws.ArgumentException.With.Message.Contains("property 'X' is null"));
        predictor.Predict(new Holder<int?> { X = 3 }, output);

        Assert.That(output.X, Is.EqualTo(3));
    }

    [Test]
    public async Task Array_of_the_wrong_length_is_rejected_by_name_and_the_next_is_predicted()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float, -1, 2));
        using var predictor = model.CreatePredictor<Holder<float[]>, Holder<float[]>>();
        var output = new Holder<float[]>();

        Assert.That(
            () => predictor.Predict(new Holder<float[]> { X = [1, 2, 3] }, output),
            Throws.ArgumentException.With.Message.Contains("property 'X' has 3 values, but each row of the batch requires 2"));
        Assert.That(() => predictor.Predict(new Holder<float[]>(), output), Throws.ArgumentException.With.Message.Contains("property 'X' is null"));
        predictor.Predict(new Holder<float[]> { X = [1, 2] }, output);

        Assert.That(output.X, Is.EqualTo(new[] { 1f, 2 }));
    }

    [Test]
    public async Task Arrays_of_any_length_are_taken_where_the_model_takes_any()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float, -1, -1));
        using var predictor = model.CreatePredictor<Holder<float[]>, Holder<float[]>>();
        foreach (var row in new float[][] { [1, 2], [3, 4, 5], [6], [7] })
        {
            var output = new Holder<float[]>();

            predictor.Predict(new Holder<float[]> { X = row }, output);

            Assert.That(output.X, Is.EqualTo(row));
        }

        Assert.That(
            () => predictor.Predict([new Holder<float[]> { X = [1] }, new Holder<float[]> { X = [1, 2] }], [new Holder<float[]>(), new Holder<float[]>()]),
            Throws.ArgumentException.With.Message.Contains("each row of the batch"));
    }

    [Test]
    public async Task Model_for_one_row_at_a_time_predicts_batches_row_by_row()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float, 1, 2));
        using var predictor = model.CreatePredictor<Holder<float[]>, Holder<float[]>>();
        Holder<float[]>[] rows = [.. Enumerable.Range(0, 5).Select(static i => new Holder<float[]> { X = [i, -i] })];
        Holder<float[]>[] outputs = [.. rows.Select(static _ => new Holder<float[]>())];

        predictor.Predict(rows, outputs);

        Assert.That(outputs.Select(static output => output.X), Is.EqualTo(rows.Select(static row => row.X)));
    }

    [Test]
    public async Task Sequences_are_rejected_and_are_not_in_the_signature()
    {
        var model = Model([Node("SequenceConstruct", ["x"], ["y"])], [Tensor("x", TensorElementType.Float, -1)], [Sequence("y", TensorElementType.Float)]);

        using var loaded = await OnnxFiles.LoadAsync(model);

        Assert.That(loaded.Signature.Outputs, Is.Empty);
        Assert.That((await MisfitAsync<Holder<float>, Sequel>(model)).Faults.Single().Found, Is.EqualTo("'y', a sequence"));
    }

    [Test]
    public async Task Shape_of_an_array_gives_the_lengths_that_the_model_does_not_specify()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float, -1, 1, -1, -1));
        using var predictor = model.CreatePredictor<Image, Holder<float[]>>();
        Holder<float[]>[] outputs = [new(), new()];

        predictor.Predict([new Image { X = [1, 2, 3, 4, 5, 6] }, new Image { X = [6, 5, 4, 3, 2, 1] }], outputs);

        Assert.That(outputs.Select(static output => output.X), Is.EqualTo(new float[][] { [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1] }));
        Assert.That(() => predictor.Predict(new Image { X = [1] }, outputs[0]), Throws.ArgumentException.With.Message.Contains("requires 6"));
    }

    [Test]
    public async Task Shape_that_does_not_fit_the_model_is_rejected()
    {
        var fault = (await MisfitAsync<Image, Holder<float[]>>(Identity(TensorElementType.Float, -1, 3, -1, -1))).Faults.Single();

        Assert.That(fault.ToString(),
            Is.EqualTo("property 'X': expected a Shape that fits Float32 [any, 3, any, any], without the dimension of the rows, found [1, 2, 3]"));
    }

    [Test]
    public async Task Array_for_several_lengths_that_the_model_does_not_specify_needs_a_shape() => Assert.That(
        (await MisfitAsync<Holder<float[]>, Holder<float[]>>(Identity(TensorElementType.Float, -1, 1, -1, -1))).Faults.Single().Expected,
            Does.Contain("[Feature(Shape = …)]"));

    [Test]
    public async Task Number_is_rounded_where_an_attribute_allows_it()
    {
        var output = await PredictAsync<Rounded, Holder<float>>(Identity(TensorElementType.Float, -1), new Rounded { X = 0.1 });

        Assert.That(output.X, Is.EqualTo(0.1f));
        Assert.That((await MisfitAsync<Holder<int>, Holder<float>>(Identity(TensorElementType.Float, -1))).Faults.Single().Expected,
            Does.Contain("AllowNarrowing"));
        Assert.That((await MisfitAsync<Rounded, Holder<long>>(Identity(TensorElementType.Int64, -1))).Faults.Single().Found,
            Is.EqualTo(nameof(FeatureType.Float64)));
    }

    [Test]
    public async Task Members_named_like_inputs_and_outputs_that_cannot_be_used_are_rejected_with_the_reason()
    {
        var misfit = await MisfitAsync<UnusableOperands, UnusableSum>(s_sum);

        Assert.That(misfit.Faults.Select(static fault => (fault.Member, fault.Found)), Is.EquivalentTo(new[]
        {
            ("field 'Left'", "a field"), ("property 'Right'", "Decimal"), ("property 'Pair'", "List<Single>"), ("property 'Total'", "no public setter"),
            ("property 'All'", "Single[,]"),
        }));
    }

    [Test]
    public async Task Unusable_value_of_a_tensor_is_rejected_although_others_are_mapped() =>
        Assert.That((await MisfitAsync<Operands, UnusableValue>(s_sum)).Faults.Single().ToString(),
            Does.StartWith("property 'Second': ").And.EndsWith("found Decimal"));

    [Test]
    public async Task Unusable_member_is_ignored_if_another_member_is_mapped()
    {
        var output = await PredictAsync<Converted, Holder<float>>(Identity(TensorElementType.Float, -1), new Converted { X = 2.5m });

        Assert.That(output.X, Is.EqualTo(2.5f));
    }

    [Test]
    public async Task Output_type_without_outputs_is_rejected()
    {
        var fault = (await MisfitAsync<Operands, Nothing>(s_sum)).Faults.Single();

        Assert.That(fault.ToString(), Is.EqualTo("type 'Nothing': expected a property for at least one of the outputs 'sum', 'all', found none"));
    }

    [Test]
    public async Task Numbers_that_NET_does_not_have_are_rejected_with_the_remedy()
    {
        var model = Model([Node("Identity", ["x"], ["y"])], [Tensor("x", TensorElementType.BFloat16, -1)], [Tensor("y", TensorElementType.BFloat16, -1)]);

        var misfit = await MisfitAsync<Holder<float>, Sequel>(model);

        Assert.That(
            misfit.Faults.Select(static fault => (fault.Member, fault.Found)),
            Is.EqualTo(new[] { ("input 'x'", "BFloat16 [any]"), ("property 'Y'", "BFloat16 [any]") }));
    }

    [Test]
    public async Task Property_that_cannot_be_set_is_no_output()
    {
        var output = await PredictAsync<Operands, Computed>(s_sum, new Operands { Left = 2, Right = 3, Pair = [4, 5] });

        Assert.That(output.IsLarge, Is.True);
    }

    private static byte[] Identity(TensorElementType type, params long[] shape) =>
        Model([Node("Identity", ["x"], ["X"])], [Tensor("x", type, shape)], [Tensor("X", type, shape)]);

    private static ModelSignature Columns(params string[] names) => new()
    {
        Inputs = [.. names.Select(static name => new ModelFeature { Name = name, Type = FeatureType.Float32 })],
        Outputs = [],
    };

    private static async Task<TOutput> PredictAsync<TInput, TOutput>(byte[] bytes, TInput input, ModelSignature? signature = null)
        where TInput : class
        where TOutput : class, new()
    {
        using var model = await OnnxFiles.LoadAsync(bytes, signature);
        using var predictor = model.CreatePredictor<TInput, TOutput>();
        var output = new TOutput();
        predictor.Predict(input, output);
        return output;
    }

    private static async Task<ModelMappingException> MisfitAsync<TInput, TOutput>(byte[] bytes, ModelSignature? signature = null)
        where TInput : class
        where TOutput : class, new()
    {
        using var model = await OnnxFiles.LoadAsync(bytes, signature);
        return Assert.Throws<ModelMappingException>(() => model.CreatePredictor<TInput, TOutput>())!;
    }

    /// <summary>A value that is the input x, or the output X.</summary>
    private sealed class Holder<T>
    {
        public T? X { get; set; }
    }

    private sealed class Operands
    {
        public float Left { get; init; }

        public float Right { get; init; }

        public float[] Pair { get; init; } = [];
    }

    private sealed class IndexedOperands
    {
        public float Left { get; init; }

        public float Right { get; init; }

        [Feature("pair", Index = 1)]
        public float Second { get; init; }

        [Feature("pair", Index = 0)]
        public short First { get; init; }
    }

    private sealed class WrongIndices
    {
        public float Left { get; init; }

        public float Right { get; init; }

        [Feature("pair", Index = 1)]
        public float Second { get; init; }

        [Feature("pair", Index = 2)]
        public float Third { get; init; }
    }

    private sealed class FourColumns
    {
        public float A { get; init; }

        public float B { get; init; }

        public float C { get; init; }

        public float D { get; init; }
    }

    private sealed class ThreeColumns
    {
        public float A { get; init; }

        public float B { get; init; }

        public float C1 { get; init; }
    }

    private sealed class Sum
    {
        [Feature("sum")]
        public float Total { get; set; }

        public float[] All { get; set; } = [];
    }

    private sealed class IndexedSum
    {
        [Feature("all", Index = 2)]
        public double OfSecond { get; set; }

        [Feature("all", Index = 1)]
        public float OfFirst { get; set; }
    }

    private sealed class Computed
    {
        [Feature("sum")]
        public float Total { get; set; }

        public bool IsLarge => Total > 4;
    }

    private sealed class Sequel
    {
        public float Y { get; set; }
    }

    private sealed class Nothing
    {
        public bool IsCached { get; }
    }

    private sealed class Image
    {
        [Feature(Shape = [1, 2, 3])]
        public float[] X { get; init; } = [];
    }

    private sealed class Rounded
    {
        [Feature(AllowNarrowing = true)]
        public double X { get; init; }
    }

    private sealed class Converted
    {
        public decimal X { get; init; }

        [Feature("x")]
        public float Single => (float)X;
    }

    [SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The tests require a field.")]
    private sealed class UnusableOperands
    {
        public float Left = 1;

        public decimal Right { get; init; }

        public List<float> Pair { get; init; } = [];
    }

    private sealed class UnusableSum
    {
        [Feature("sum")]
        public float Total { get; private set; }

        public float[,]? All { get; set; }
    }

    private sealed class UnusableValue
    {
        [Feature("all", Index = 0)]
        public float First { get; set; }

        [Feature("all", Index = 1)]
        public decimal Second { get; set; }
    }
}
