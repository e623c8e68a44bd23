using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using MlOps.Datasets;

namespace MlOps.Monitoring;

/// <summary>Classifies rows with gradient-boosted trees of ML.NET (FastTree).</summary>
internal sealed class FastTreeRowClassifier : IRowClassifier
{
    private const int Trees = 50;
    private const int Leaves = 16;
    private const int RowsPerLeaf = 10;
    private const double Uncertain = 0.5;

    public Task<double[]> ScoreAsync(
        RowBatch rows, IReadOnlyList<bool> isCurrent, int folds, int seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(isCurrent);
        if (isCurrent.Count != rows.Count)
        {
            throw new ArgumentException($"There are {rows.Count} rows, but {isCurrent.Count} flags. Pass one flag for each row.", nameof(isCurrent));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var current = isCurrent.Count(static flag => flag);
        var smaller = Math.Min(current, rows.Count - current);
        if (smaller < folds)
        {
            throw new ArgumentException(
                $"There are {rows.Count - current} reference rows and {current} current rows, which are too few for {folds} folds. "
                + $"Pass at least {folds} rows of each group, or fewer folds.",
                nameof(folds));
        }

        // Encoding and training use the processor for a long time, so they do not run on the thread of the caller.
        return Task.Run(
            () => Score(RowFeatures.Encode(rows), isCurrent, Folds.Assign(isCurrent, folds, seed), folds, seed, cancellationToken), cancellationToken);
    }

    private static double[] Score(
        float[][] features, IReadOnlyList<bool> isCurrent, int[] foldOf, int folds, int seed, CancellationToken cancellationToken)
    {
        var scores = new double[isCurrent.Count];
        if (features is [[], ..])
        {
            Array.Fill(scores, Uncertain);
            return scores;
        }

        for (var fold = 0; fold < folds; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] test = [.. Enumerable.Range(0, scores.Length).Where(row => foldOf[row] == fold)];
            int[] training = [.. Enumerable.Range(0, scores.Length).Where(row => foldOf[row] != fold)];
            ScoreFold(features, isCurrent, training, test, seed, scores);
        }

        return scores;
    }

    private static void ScoreFold(float[][] features, IReadOnlyList<bool> isCurrent, int[] training, int[] test, int seed, double[] scores)
    {
        var ml = new MLContext(seed);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        var model = ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = nameof(Row.IsCurrent),
            FeatureColumnName = nameof(Row.Features),
            NumberOfTrees = Trees,
            NumberOfLeaves = Leaves,
            MinimumExampleCountPerLeaf = Math.Min(RowsPerLeaf, Math.Max(1, training.Length / Leaves)),
            NumberOfThreads = 1, // sums of floating-point numbers depend on the number of threads
            Seed = seed,
        }).Fit(Load(training));
        var predicted = model.Transform(Load(test)).GetColumn<float>("Score").ToArray();
        for (var index = 0; index < test.Length; index++)
        {
            scores[test[index]] = 1 / (1 + Math.Exp(-predicted[index]));
        }

        IDataView Load(int[] rows) =>
            ml.Data.LoadFromEnumerable(rows.Select(row => new Row { Features = features[row], IsCurrent = isCurrent[row] }), schema);
    }

    /// <summary>A row for ML.NET.</summary>
    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool IsCurrent { get; set; }
    }
}
