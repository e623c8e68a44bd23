namespace MlOps.Benchmarks;

/// <summary>Runs contenders by turns, so that whatever else the machine does hits all of them alike.</summary>
internal static class Runner
{
    private const int MostTimesTheRounds = 12;
    private static readonly TimeSpan s_timeARound = TimeSpan.FromSeconds(8);

    /// <summary>Runs a comparison for a number of rounds, and a quick one, whose times scatter more, for up to twelve times as many.</summary>
    public static async Task<Outcome> RunAsync(Comparison comparison, int rounds)
    {
        await Console.Error.WriteLineAsync(comparison.Title);
        var measurements = comparison.Contenders.Select(static contender => new Measurement(contender)).ToArray();
        foreach (var measurement in measurements)
        {
            await measurement.RunAsync(isWarmUp: true);
        }

        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < rounds || (round < rounds * MostTimesTheRounds && TimeProvider.System.GetElapsedTime(began) < rounds * s_timeARound); round++)
        {
            for (var turn = 0; turn < measurements.Length; turn++)
            {
                // Each round begins with another one, so that nobody always runs in the wake of the same contender.
                await measurements[(round + turn) % measurements.Length].RunAsync(isWarmUp: false);
            }
        }

        return new Outcome(comparison, measurements);
    }
}
