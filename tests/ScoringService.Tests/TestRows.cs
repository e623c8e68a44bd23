using System.Text.Json.Nodes;

namespace ScoringService;

/// <summary>The rows that the forest was tested with, and what scikit-learn computes for them.</summary>
internal static class TestRows
{
    /// <summary>Sums may differ in the last bit with the number of threads.</summary>
    public const double Tolerance = 1e-5;

    private static readonly JsonNode s_document = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_rf.expected.json")))!;

    private static readonly string[] s_columns = [.. s_document["features"]!.AsArray().Select(static name => ((string)name!).Replace(' ', '_'))];

    private static readonly double[][] s_rows = [.. s_document["inputs"]!.AsArray().Select(static row => row!.AsArray().Select(static value => (double)value!).ToArray())];

    /// <summary>Gets how many rows there are.</summary>
    public static int Count => s_rows.Length;

    /// <summary>Gets how likely each row is malignant.</summary>
    public static double[] Malignant { get; } = [.. s_document["expected"]!["probabilities"]!.AsArray().Select(static row => (double)row![0]!)];

    /// <summary>Gets how likely the first row is malignant by the second version, the logistic regression.</summary>
    public static double FirstByCandidate { get; } =
        (double)JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_logreg.examples.json")))!["outputs"]!["probabilities"]![0]![0]!;

    /// <summary>Makes a row as the typed endpoints take it.</summary>
    public static JsonObject Create(int index) =>
        new(s_columns.Zip(s_rows[index], static (name, value) => KeyValuePair.Create(name, (JsonNode?)value)));

    /// <summary>Makes all rows as the generic endpoint takes them.</summary>
    public static JsonObject CreateTensors() => Tensors("float32", [Count, s_columns.Length], s_rows.SelectMany(static row => row));

    /// <summary>Makes a body for the generic endpoint.</summary>
    public static JsonObject Tensors(string type, long[] shape, IEnumerable<double> values, string name = "features") => new()
    {
        ["inputs"] = new JsonObject
        {
            [name] = new JsonObject
            {
                ["type"] = type,
                ["shape"] = new JsonArray([.. shape.Select(static length => (JsonNode)length)]),
                ["values"] = new JsonArray([.. values.Select(static value => (JsonNode)value)]),
            },
        },
    };
}
