using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Benchmarks.Serving;

/// <summary>A forest of ML.NET trained on thirty measurements of tumors.</summary>
internal sealed class Forest
{
    private const int Features = 30;

    private Forest(MLContext context, ITransformer model, string file, ThirtyFeatures[] rows)
    {
        Context = context;
        Model = model;
        File = file;
        Rows = rows;
    }

    public MLContext Context { get; }

    public ITransformer Model { get; }

    /// <summary>Gets the zip file of ML.NET.</summary>
    public string File { get; }

    public ThirtyFeatures[] Rows { get; }

    /// <summary>Gets a signature with a range for every feature, so that every feature is validated.</summary>
    public static ModelSignature Signature { get; } = new()
    {
        Inputs = [
            .. Enumerable.Range(0, Features).Select(static i => new ModelFeature { Name = $"F{i}", Type = FeatureType.Float32, Minimum = -1, Maximum = 1e5 }),
        ],
        Outputs = [
            new ModelFeature { Name = "Probability", Type = FeatureType.Float32 }, new ModelFeature { Name = "PredictedLabel", Type = FeatureType.Boolean },
        ],
    };

    public static Forest Train(string folder)
    {
        var data = Path.Combine(AppContext.BaseDirectory, "models");
        var context = new MLContext(seed: 1);
        TextLoader.Column[] columns =
        [
            .. Enumerable.Range(0, Features).Select(static i => new TextLoader.Column($"F{i}", DataKind.Single, i)),
            new TextLoader.Column("Label", DataKind.Boolean, Features),
        ];
        var train = context.Data.LoadFromTextFile(Path.Combine(data, "breast_cancer_rf.train.csv"), columns, separatorChar: ',', hasHeader: true);
        var model = context.Transforms.Concatenate("Features", [.. Enumerable.Range(0, Features).Select(static i => $"F{i}")])
            .Append(context.BinaryClassification.Trainers.FastTree(numberOfTrees: 20))
            .Fit(train);
        var file = Path.Combine(folder, "forest.zip");
        context.Model.Save(model, train.Schema, file);
        var rows = System.IO.File.ReadLines(Path.Combine(data, "breast_cancer_rf.test.csv")).Skip(1)
            .Select(
                static line => ThirtyFeatures.From(
                    Array.ConvertAll(line.Split(',')[..Features], static value => float.Parse(value, CultureInfo.InvariantCulture))));
        return new Forest(context, model, file, [.. rows]);
    }
}

internal sealed class TumourAnswer
{
    public bool PredictedLabel { get; set; }

    public float Probability { get; set; }
}
