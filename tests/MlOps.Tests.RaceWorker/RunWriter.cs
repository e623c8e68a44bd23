using System.Globalization;
using MlOps.Tracking;

/// <summary>Records runs, several at once.</summary>
internal static class RunWriter
{
    public static async Task TrackAsync(IExperimentTracker tracker, string experiment, int runs, int points) =>
        await Task.WhenAll(Enumerable.Range(0, runs).Select(number => Task.Run(() => TrackOneAsync(tracker, experiment, number, points))));

    private static async Task TrackOneAsync(IExperimentTracker tracker, string experiment, int number, int points)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        await using var run = await tracker.StartRunAsync(experiment, name);
        await run.LogParameterAsync("number", name);
        var loss = run.GetMetric("loss");
        for (var step = 0; step < points; step++)
        {
            loss.Record(number + (1.0 / (step + 1)), step);
        }

        await run.LogTextAsync("note.txt", $"run {number}");
        await run.EndAsync();
        Console.WriteLine($"{run.Info.Id} {run.Info.Name}");
    }
}
