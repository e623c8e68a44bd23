namespace MlOps.Benchmarks;

/// <summary>Runs contenders in turns, round by round, so that other load on the machine affects all of them equally.</summary>
internal static class Runner
{
    private const int MostTimesTheRounds = 12;
    private static readonly TimeSpan s_timeARound = TimeSpan.FromSeconds(8);

    /// <summary>Runs a comparison for a number of rounds. A short one, whose times vary more, runs up to twelve times as many.</summary>
    public static async Task<Outcome> RunAsync(Comparison comparison, int rounds)
    {
        await Console.Error.WriteLineAsync(comparison.Title);
        var measurements = comparison.Contenders.Select(static contender => new Measurement(contender)).ToArray();
        foreach (var measurement in measurements)
        {
            await measurement.RunAsync(isWarmUp: true);
        }

        var order = new Random(1);
        var turns = measurements.ToArray();
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0;
            round < rounds || (round < rounds * MostTimesTheRounds && TimeProvider.System.GetElapsedTime(began) < rounds * s_timeARound);
            round++)
        {
            // The order changes, so that no contender always follows the same one, whose garbage a server may still collect.
            order.Shuffle(turns);
            foreach (var measurement in turns)
            {
                await measurement.RunAsync(isWarmUp: false);
            }
        }

        return new Outcome(comparison, measurements);
    }
}
