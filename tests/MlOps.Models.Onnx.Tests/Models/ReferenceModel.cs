using System.Text.Json;

namespace MlOps.Models;

/// <summary>A model trained with scikit-learn, with rows and their reference predictions.</summary>
internal sealed class ReferenceModel
{
    private readonly string _name;

    private ReferenceModel(string name)
    {
        _name = name;
        using var expected = JsonDocument.Parse(System.IO.File.ReadAllText(In($"{name}.expected.json")));
        Features = Read<string[]>(expected.RootElement, "features");
        Rows = Read<float[][]>(expected.RootElement, "inputs");
        Labels = Read<long[]>(expected.RootElement.GetProperty("expected"), "label");
        Probabilities = Read<float[][]>(expected.RootElement.GetProperty("expected"), "probabilities");
    }

    public static ReferenceModel Iris { get; } = new("iris_logreg");

    public static ReferenceModel BreastCancer { get; } = new("breast_cancer_rf");

    public string File => In($"{_name}.onnx");

    public string[] Features { get; }

    public float[][] Rows { get; }

    public long[] Labels { get; }

    public float[][] Probabilities { get; }

    /// <summary>Gets the signature that names the columns of the tensor.</summary>
    public ModelSignature Columns => new()
    {
        Inputs = [.. Features.Select(static name => new ModelFeature { Name = name, Type = FeatureType.Float32 })],
        Outputs = [],
    };

    public Task<ILoadedModel> LoadAsync(ModelSignature? signature = null) => OnnxFiles.LoadAsync(System.IO.File.ReadAllBytes(File), signature);

    public override string ToString() => _name;

    private static string In(string file) => Path.Combine(AppContext.BaseDirectory, "models", file);

    private static T Read<T>(JsonElement element, string property) => element.GetProperty(property).Deserialize<T>()!;
}
