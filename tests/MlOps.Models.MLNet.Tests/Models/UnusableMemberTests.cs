using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Members that are named like an input or output and cannot be mapped to it, which would keep their default.</summary>
public sealed class UnusableMemberTests
{
    private static readonly MLContext s_context = new();

    [Test]
    public async Task Every_output_member_that_cannot_be_set_is_listed_with_the_remedy()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<Row, UnusableOutput>())!;

        Assert.That(misfit.Faults.Select(static fault => $"{fault}"), Is.EquivalentTo(new[]
        {
            "property 'Score': expected a public setter, found no public setter",
            "property 'Probability': expected Float32 (declare it float, or mark it with [NoColumn]), found decimal",
            "property 'Scores': expected Float32[2] (declare it float[] or VBuffer<float>, or mark it with [NoColumn]), found List<float>",
            "property 'Day': expected DateTime (declare it DateTime or DateTimeOffset, or mark it with [NoColumn]), found DateOnly",
            "property 'Kind': expected String (declare it string, or mark it with [NoColumn]), found the enum DayOfWeek",
            "field 'Whole': expected a field that can be set, found a read-only field",
        }));
    }

    [TestCase(typeof(Output<float[,]>), "float[,]")]
    [TestCase(typeof(Output<ReadOnlyMemory<float>>), "ReadOnlyMemory<float>")]
    [TestCase(typeof(Output<ModelTensor>), "ModelTensor")]
    [TestCase(typeof(Output<Dictionary<string, float>>), "Dictionary<string, float>")]
    public async Task A_vector_output_takes_no_other_collection_than_an_array_or_a_buffer(Type output, string found)
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => Create(model, typeof(Row), output))!;

        Assert.That(
            $"{misfit.Faults.Single()}",
            Is.EqualTo($"property 'Scores': expected Float32[2] (declare it float[] or VBuffer<float>, or mark it with [NoColumn]), found {found}"));
    }

    [TestCase(typeof(Input<List<float>>), "List<float>")]
    [TestCase(typeof(Input<float[,]>), "float[,]")]
    [TestCase(typeof(Input<ReadOnlyMemory<float>>), "ReadOnlyMemory<float>")]
    [TestCase(typeof(Input<ModelTensor>), "ModelTensor")]
    public async Task A_vector_input_takes_no_other_collection_than_an_array_or_a_buffer(Type input, string found)
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => Create(model, input, typeof(Output<float[]>)))!;

        Assert.That(
            $"{misfit.Faults.Single()}",
            Is.EqualTo($"property 'InScores': expected Float32[2] (declare it float[] or VBuffer<float>), found {found}"));
    }

    [Test]
    public async Task Every_input_member_that_cannot_be_read_is_listed_with_the_remedy()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<UnusableInput, AllOutputs>())!;

        Assert.That(misfit.Faults.Select(static fault => $"{fault}"), Is.EquivalentTo(new[]
        {
            "property 'InScore': expected a public property with a public getter, found no public getter",
            "property 'InProbability': expected Float32 (declare it float), found decimal",
            "property 'First': expected Float32 (declare it float), found decimal?",
            "property 'Second': expected a public property with a public getter, found no public getter",
            "property 'InDay': expected DateTime (declare it DateTime or DateTimeOffset), found DateOnly",
            "property 'InKind': expected String (declare it string), found the enum DayOfWeek",
            "input 'InWhole': expected Int32, found no property",
        }));
    }

    [Test]
    public async Task An_output_type_that_nothing_is_mapped_to_is_rejected()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<Row, Nothing>())!;

        Assert.That(
            $"{misfit.Faults.Single()}",
            Is.EqualTo("type 'Nothing': expected a property for at least one of the outputs "
                + "'Score', 'Probability', 'Scores', 'Day', 'Kind', 'Whole', found none"));
    }

    [Test]
    public async Task Unrelated_members_and_members_like_mapped_outputs_are_ignored()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<Row, OwnMembers>();
        var output = new OwnMembers();

        predictor.Predict(new Row { InScore = 0.75f, InScores = [1, 2] }, output);

        Assert.That((output.Score, output.score, output.Notes, output.Scores.Length), Is.EqualTo((0.75f, 0.75m, Array.Empty<string>(), 2)));
    }

    [Test]
    public async Task Numbers_are_rounded_where_the_attribute_allows_it()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<Rounded, AllOutputs>();
        var output = new AllOutputs();

        predictor.Predict(new Rounded { Score = 16_777_217, InProbability = null, InScores = [0.1, 1e300] }, output);

        Assert.That((output.Score, output.Probability, output.Scores[0], output.Scores[1]), Is.EqualTo((16_777_216f, float.NaN, 0.1f, float.PositiveInfinity)));
    }

    [Test]
    public async Task Rounding_is_for_floating_point_columns_only()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<RoundedWhole, OnlyWhole>())!;

        Assert.That($"{misfit.Faults.Single()}", Is.EqualTo("property 'InWhole': expected Int32, found Float64"));
    }

    private static void Create(ILoadedModel model, Type input, Type output)
    {
        try
        {
            typeof(ILoadedModel).GetMethod(nameof(ILoadedModel.CreatePredictor))!.MakeGenericMethod(input, output).Invoke(model, []);
        }
        catch (System.Reflection.TargetInvocationException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    }

    private static async Task<ILoadedModel> LoadAsync()
    {
        var data = s_context.Data.LoadFromEnumerable([new Row()]);
        var copy = s_context.Transforms;
        var pipeline = copy.CopyColumns("Score", "InScore")
            .Append(copy.CopyColumns("Probability", "InProbability")).Append(copy.CopyColumns("Scores", "InScores"))
            .Append(copy.CopyColumns("Day", "InDay")).Append(copy.CopyColumns("Kind", "InKind")).Append(copy.CopyColumns("Whole", "InWhole"));
        using var folder = ModelFolder.With(pipeline.Fit(data), data.Schema);
        return await folder.LoadAsync();
    }

    private sealed class Row
    {
        public float InScore { get; set; }

        public float InProbability { get; set; }

        [VectorType(2)]
        public float[] InScores { get; set; } = [0, 0];

        public DateTime InDay { get; set; }

        public string InKind { get; set; } = "";

        public int InWhole { get; set; }
    }

    private sealed class UnusableOutput
    {
        public readonly int Whole = -1;

        public float Score { get; private set; }

        public decimal Probability { get; set; }

        public List<float> Scores { get; set; } = [];

        public DateOnly Day { get; set; }

        public DayOfWeek Kind { get; set; }
    }

    private sealed class UnusableInput
    {
        public decimal InProbability { get; set; }

        [Feature("InScores", Index = 0)]
        public decimal? First { get; set; }

        public DateOnly InDay { get; set; }

        public DayOfWeek InKind { get; set; }

        private float InScore { get; set; }

        [Feature("InScores", Index = 1)]
        private float Second { get; set; }
    }

    private sealed class AllOutputs
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public float[] Scores { get; set; } = [];

        public DateTimeOffset Day { get; set; }

        public string Kind { get; set; } = "";

        public int Whole { get; set; }
    }

    private sealed class Output<T>
    {
        public T? Scores { get; set; }
    }

    private sealed class Input<T>
    {
        public T? InScores { get; set; }
    }

    private sealed class Nothing
    {
        public List<string> Warnings { get; } = [];

        [NoColumn]
        public float Score { get; set; }
    }

    private sealed class OwnMembers
    {
        public float Score = -1;

        public decimal score => (decimal)Score;

        public float[] Scores { get; set; } = [];

        public string[] Notes { get; } = [];
    }

    private sealed class Rounded
    {
        [Feature("InScore", AllowNarrowing = true)]
        public int Score { get; set; }

        [Feature(AllowNarrowing = true)]
        public double? InProbability { get; set; }

        [Feature(AllowNarrowing = true)]
        public double[] InScores { get; set; } = [];

        public DateTime InDay { get; set; }

        public string InKind { get; set; } = "";

        public int InWhole { get; set; }
    }

    private sealed class RoundedWhole
    {
        [Feature(AllowNarrowing = true)]
        public double InWhole { get; set; }
    }

    private sealed class OnlyWhole
    {
        public int Whole { get; set; }
    }
}
