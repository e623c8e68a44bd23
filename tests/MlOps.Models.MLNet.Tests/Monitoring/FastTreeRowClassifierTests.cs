using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;

namespace MlOps.Monitoring;

public sealed class FastTreeRowClassifierTests
{
    private const int Rows = 2_000;
    private readonly FastTreeRowClassifier _classifier = new();

    [Test]
    public void The_classifier_is_registered_with_the_loader()
    {
        using var services = new ServiceCollection().AddMlOps().AddMLNetModels().Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IRowClassifier>(), Is.InstanceOf<FastTreeRowClassifier>());
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Rows_of_one_distribution_cannot_be_distinguished(int seed)
    {
        var random = new Random(seed);
        var (rows, isCurrent) = Create(["x", "y"], Rows, (row, values) => (values[0], values[1]) = (Normal(random), Normal(random)));

        var scores = await _classifier.ScoreAsync(rows, isCurrent, folds: 5, seed);

        // The standard error of the area is 0.013 for 1,000 rows of each group.
        Assert.That(AreaUnderCurve(scores, isCurrent), Is.EqualTo(0.5).Within(0.05));
    }

    [Test]
    public async Task A_change_of_the_correlation_is_detected_although_each_column_is_unchanged()
    {
        var random = new Random(1);
        var (rows, isCurrent) = Create(["x", "y"], Rows, (row, values) =>
        {
            values[0] = Normal(random);
            values[1] = ((IsCurrent(row) ? -0.8 : 0.8) * values[0]) + (0.6 * Normal(random));
        });

        var scores = await _classifier.ScoreAsync(rows, isCurrent, folds: 5, seed: 1);

        Assert.That(AreaUnderCurve(scores, isCurrent), Is.GreaterThan(0.75));
        Assert.That(scores, Has.All.InRange(0.0, 1.0));
    }

    [Test]
    public async Task The_scores_depend_only_on_the_arguments()
    {
        var random = new Random(1);
        var (rows, isCurrent) = Create(["x", "y"], 300, (row, values) => (values[0], values[1]) = (Normal(random) + (IsCurrent(row) ? 1 : 0), Normal(random)));

        var first = await _classifier.ScoreAsync(rows, isCurrent, folds: 3, seed: 7);

        Assert.That(await new FastTreeRowClassifier().ScoreAsync(rows, isCurrent, folds: 3, seed: 7), Is.EqualTo(first));
        Assert.That(await _classifier.ScoreAsync(rows, isCurrent, folds: 3, seed: 8), Is.Not.EqualTo(first));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_change_of_the_missing_numbers_or_NaN_is_detected(bool isMissing)
    {
        var absent = isMissing ? RowBatch.Missing : double.NaN;
        var random = new Random(1);
        var (rows, isCurrent) = Create(
            ["x"], Rows, (row, values) => values[0] = random.NextDouble() < (IsCurrent(row) ? 0.6 : 0.1) ? absent : Normal(random));

        Assert.That(AreaUnderCurve(await _classifier.ScoreAsync(rows, isCurrent, folds: 5, seed: 1), isCurrent), Is.GreaterThan(0.7)); // at most 0.75
    }

    [Test]
    public async Task A_change_of_texts_together_with_numbers_is_detected()
    {
        var random = new Random(1);
        var (rows, isCurrent) = Create(["x"], Rows, (_, values) => values[0] = Normal(random), ["color"]);
        for (var row = 0; row < Rows; row++)
        {
            // Among the current rows, the color has the opposite relation to the sign of x. Each color and each number is as frequent as before.
            rows.Texts(1)[row] = rows.Numbers(0)[row] > 0 != IsCurrent(row) ? "red" : "green";
        }

        Assert.That(AreaUnderCurve(await _classifier.ScoreAsync(rows, isCurrent, folds: 5, seed: 1), isCurrent), Is.GreaterThan(0.95));
    }

    [Test]
    public async Task New_texts_among_many_are_detected()
    {
        var random = new Random(1);
        var (rows, isCurrent) = Create([], Rows, static (_, _) => { }, ["id"]);
        for (var row = 0; row < Rows; row++)
        {
            rows.Texts(0)[row] = row % 50 == 0 ? null : IsCurrent(row) && random.NextDouble() < 0.5 ? "new text" : $"id {random.Next(500)}";
        }

        Assert.That(AreaUnderCurve(await _classifier.ScoreAsync(rows, isCurrent, folds: 5, seed: 1), isCurrent), Is.GreaterThan(0.7));
    }

    [Test]
    public async Task Extreme_numbers_and_small_differences_of_large_numbers_are_distinguished()
    {
        double[] reference = [double.NegativeInfinity, -1e308, 1e15];
        double[] current = [double.PositiveInfinity, 1e308, 1e15 + 1];
        var (rows, isCurrent) = Create(["x"], 600, (row, values) => values[0] = (IsCurrent(row) ? current : reference)[row / 2 % 3]);

        Assert.That(AreaUnderCurve(await _classifier.ScoreAsync(rows, isCurrent, folds: 3, seed: 1), isCurrent), Is.EqualTo(1));
    }

    [Test]
    public async Task Constant_and_empty_columns_have_no_effect()
    {
        var (rows, isCurrent) = Create(
            ["constant", "missing", "nan"], 100, static (_, values) => (values[0], values[1], values[2]) = (3, RowBatch.Missing, double.NaN), ["null"]);

        Assert.That(await _classifier.ScoreAsync(rows, isCurrent, folds: 2, seed: 1), Has.All.EqualTo(0.5));
    }

    [Test]
    public async Task Few_rows_have_finite_scores()
    {
        var (rows, isCurrent) = Create(["x"], 4, static (row, values) => values[0] = row);

        Assert.That(await _classifier.ScoreAsync(rows, isCurrent, folds: 2, seed: 1), Has.Length.EqualTo(4).And.All.InRange(0.0, 1.0));
    }

    [Test]
    public async Task Too_few_rows_or_flags_are_refused()
    {
        var (rows, isCurrent) = Create(["x"], 6, static (row, values) => values[0] = row);

        var few = await Assert.ThrowsAsync<ArgumentException>(() => _classifier.ScoreAsync(rows, isCurrent, folds: 4, seed: 1));
        var flags = await Assert.ThrowsAsync<ArgumentException>(() => _classifier.ScoreAsync(rows, isCurrent[..5], folds: 2, seed: 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _classifier.ScoreAsync(rows, isCurrent, folds: 1, seed: 1));

        Assert.That(few!.Message, Does.Contain("3 reference rows and 3 current rows, which are too few for 4 folds"));
        Assert.That(flags!.Message, Does.Contain("6 rows, but 5 flags"));
    }

    [Test]
    public async Task A_canceled_call_ends()
    {
        var (rows, isCurrent) = Create(["x"], 100, static (row, values) => values[0] = row);
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThatAsync(
            () => _classifier.ScoreAsync(rows, isCurrent, folds: 2, seed: 1, canceled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void The_groups_are_spread_evenly_over_the_folds()
    {
        bool[] isCurrent = [.. Enumerable.Range(0, 103).Select(static row => row % 3 == 0)];

        var folds = Folds.Assign(isCurrent, 5, seed: 1);

        Assert.That(folds.Where((_, row) => isCurrent[row]).CountBy(static fold => fold).Select(static pair => pair.Value), Is.All.InRange(7, 7));
        Assert.That(folds.CountBy(static fold => fold).Select(static pair => pair.Value), Is.All.InRange(20, 21));
    }

    private static bool IsCurrent(int row) => row % 2 == 1;

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static (RowBatch Rows, bool[] IsCurrent) Create(string[] names, int count, Action<int, double[]> fill, params string[] texts)
    {
        var rows = new RowBatch([.. names.Select(static name => new RowColumn(name, false)), .. texts.Select(static name => new RowColumn(name, true))], count)
        {
            Count = count,
        };
        var values = new double[names.Length];
        for (var row = 0; row < count; row++)
        {
            fill(row, values);
            for (var column = 0; column < names.Length; column++)
            {
                rows.Numbers(column)[row] = values[column];
            }
        }

        return (rows, [.. Enumerable.Range(0, count).Select(IsCurrent)]);
    }

    /// <summary>Computes the probability that a current row has a higher score than a reference row; ties count one half.</summary>
    private static double AreaUnderCurve(double[] scores, bool[] isCurrent)
    {
        double[] current = [.. scores.Where((_, row) => isCurrent[row])];
        double[] reference = [.. scores.Where((_, row) => !isCurrent[row])];
        return current.Average(one => reference.Average(other => one > other ? 1 : one == other ? 0.5 : 0));
    }
}
