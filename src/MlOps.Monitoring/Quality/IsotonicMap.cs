namespace MlOps.Monitoring.Quality;

/// <summary>A non-decreasing function from a score to the probability of a class, fitted by isotonic regression.</summary>
/// <remarks>
/// Immutable and thread-safe. The pool-adjacent-violators algorithm finds blocks of scores with an equal rate. The function is linear between the
/// centers of the
/// blocks (centered isotonic regression), because a step function is biased if the scores within a block shift.
/// </remarks>
/// <seealso href="https://doi.org/10.1214/aoms/1177728423">Ayer et al. (1955), pool adjacent violators.</seealso>
/// <seealso href="https://doi.org/10.1080/19466315.2017.1286256">Oron and Flournoy (2017), centered isotonic regression.</seealso>
/// <param name="scores">The mean scores of the blocks, in ascending order.</param>
/// <param name="rates">The rates of the blocks, in ascending order, 0 to 1.</param>
/// <param name="rows">The numbers of rows of the blocks.</param>
/// <param name="minimum">The minimum score.</param>
/// <param name="maximum">The maximum score.</param>
internal sealed class IsotonicMap(double[] scores, double[] rates, double[] rows, double minimum, double maximum)
{
    public double[] Scores => scores;

    public double[] Rates => rates;

    public double[] Rows => rows;

    public double Minimum => minimum;

    public double Maximum => maximum;

    /// <summary>Fits the function.</summary>
    /// <param name="bins">The rows by score, in ascending order.</param>
    /// <returns>The function, or <see langword="null"/> without outcomes.</returns>
    public static IsotonicMap? Fit(IReadOnlyList<ScoreBin> bins)
    {
        var blocks = new List<(double Score, double Rate, double Rows)>();
        foreach (var next in Group(bins))
        {
            var block = next;
            while (blocks.Count > 0 && blocks[^1].Rate >= block.Rate)
            {
                block = Merge(blocks[^1], block);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        return blocks.Count == 0
            ? null
            : new(
                [.. blocks.Select(static block => block.Score)],
                [.. blocks.Select(static block => block.Rate)],
                [.. blocks.Select(static block => block.Rows)],
                bins.First(static bin => bin.Positives + bin.Negatives > 0).Score,
                bins.Last(static bin => bin.Positives + bin.Negatives > 0).Score);
    }

    /// <summary>Finds the blocks around a score.</summary>
    /// <returns>The index of the lower block, and the weight of the next block, 0 to 1. Scores outside the centers have the rate of the outer block.</returns>
    public (int Block, double Fraction) Locate(double score)
    {
        var index = Array.BinarySearch(scores, score);
        if (index >= 0)
        {
            return (index, 0);
        }

        index = ~index;
        return index == 0 ? (0, 0)
            : index == scores.Length ? (index - 1, 0)
            : (index - 1, (score - scores[index - 1]) / (scores[index] - scores[index - 1]));
    }

    /// <summary>Gets the rate at a place.</summary>
    public double GetRate((int Block, double Fraction) place) => place.Fraction == 0
        ? rates[place.Block]
        : (rates[place.Block] * (1 - place.Fraction)) + (rates[place.Block + 1] * place.Fraction);

    /// <summary>Gets the variance of one outcome at a place. A block in which all outcomes are equal has a small variance instead of none.</summary>
    public double GetNoise((int Block, double Fraction) place)
    {
        var rate = Smooth(place.Block);
        rate = place.Fraction == 0 ? rate : (rate * (1 - place.Fraction)) + (Smooth(place.Block + 1) * place.Fraction);
        return rate * (1 - rate);
    }

    /// <summary>Gets the variance of the rate of a block.</summary>
    public double GetVariance(int block) => Smooth(block) * (1 - Smooth(block)) / rows[block];

    /// <summary>Joins neighbouring scores into groups of at least √n rows. The rates of single rows would make the function too steep, and the
    /// estimates too good.</summary>
    private static IEnumerable<(double Score, double Rate, double Rows)> Group(IReadOnlyList<ScoreBin> bins)
    {
        var minimum = Math.Sqrt(bins.Sum(static bin => bin.Positives + bin.Negatives));
        (double Score, double Rate, double Rows) previous = default, group = default;
        foreach (var bin in bins)
        {
            double rows = bin.Positives + bin.Negatives;
            if (rows == 0)
            {
                continue;
            }

            group = Merge(group, (bin.Score, bin.Positives / rows, rows));
            if (group.Rows >= minimum)
            {
                if (previous.Rows > 0)
                {
                    yield return previous;
                }

                (previous, group) = (group, default);
            }
        }

        if (previous.Rows + group.Rows > 0)
        {
            yield return Merge(previous, group);
        }
    }

    private static (double Score, double Rate, double Rows) Merge((double Score, double Rate, double Rows) one, (double Score, double Rate, double Rows) other)
    {
        var rows = one.Rows + other.Rows;
        return (((one.Score * one.Rows) + (other.Score * other.Rows)) / rows, ((one.Rate * one.Rows) + (other.Rate * other.Rows)) / rows, rows);
    }

    private double Smooth(int block) => ((rates[block] * rows[block]) + 0.5) / (rows[block] + 1);
}
