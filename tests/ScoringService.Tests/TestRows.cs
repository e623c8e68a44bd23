using System.Text.Json.Nodes;

namespace ScoringService;

/// <summary>The test rows of the forest, and the results of scikit-learn for them.</summary>
internal static class TestRows
{
    /// <summary>Sums may differ in the last bit with the number of threads.</summary>
    public const double Tolerance = 1e-5;

    private static readonly JsonNode s_document =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_rf.expected.json")))!;

    private static readonly string[] s_columns = [.. s_document["features"]!.AsArray().Select(static name => ((string)name!).Replace(' ', '_'))];

    private static readonly double[][] s_rows =
        [.. s_document["inputs"]!.AsArray().Select(static row => row!.AsArray().Select(static value => (double)value!).ToArray())];

    /// <summary>Gets the number of rows.</summary>
    public static int Count => s_rows.Length;

    /// <summary>Gets the probability of the class malignant for each row.</summary>
    public static double[] Malignant { get; } = [.. s_document["expected"]!["probabilities"]!.AsArray().Select(static row => (double)row![0]!)];

    /// <summary>Gets the probability of the class malignant for the first row by the second version, the logistic regression.</summary>
    public static double FirstByCandidate { get; } =
        (double)JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_logreg.examples.json")))!
            ["outputs"]!["probabilities"]![0]![0]!;

    /// <summary>Creates a row for the typed endpoints.</summary>
    public static JsonObject Create(int index) =>
        new(s_columns.Zip(s_rows[index], static (name, value) => KeyValuePair.Create(name, (JsonNode?)value)));

    /// <summary>Creates all rows for the generic endpoint.</summary>
    public static JsonObject CreateTensors() => Tensors("float32", [Count, s_columns.Length], s_rows.SelectMany(static row => row));

    /// <summary>Creates a body for the generic endpoint.</summary>
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
