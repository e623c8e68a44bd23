using System.Globalization;
using MlOps.Tracking;

/// <summary>Records runs concurrently.</summary>
internal static class RunWriter
{
    public static async Task TrackAsync(IExperimentTracker tracker, string experiment, int runs, int points) =>
        await Task.WhenAll(Enumerable.Range(0, runs).Select(number => Task.Run(() => TrackOneAsync(tracker, experiment, number, points))));

    /// <summary>Records points, prints the run and the process, and waits until the process is stopped.</summary>
    public static async Task TrainForeverAsync(IExperimentTracker tracker, string experiment, int points)
    {
        var run = await tracker.StartRunAsync(experiment, "training");
        for (var step = 0; step < points; step++)
        {
            run.LogMetric("loss", step, step);
        }

        Console.WriteLine($"{run.Info.Id} {Environment.ProcessId}");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>
    /// Starts, changes, ends and resumes runs until the process is killed. Prints a line for each acknowledged call: the run, a verb, and a name and value or
    /// the number of points.
    /// </summary>
    public static async Task TrackForeverAsync(IExperimentTracker tracker, string experiment)
    {
        var random = new Random();
        var ended = new List<string>();
        var number = 0;
        while (true)
        {
            var run = ended.Count > 0 && random.Next(3) == 0
                ? await tracker.ResumeRunAsync(ended[random.Next(ended.Count)])
                : await tracker.StartRunAsync(experiment, $"run {number++}");
            var id = run.Info.Id;
            ended.Remove(id);
            Console.WriteLine($"{id} running");
            var step = run.Info.MetricSummaries.TryGetValue("loss", out var loss) ? (loss.LastStep ?? -1) + 1 : 0;
            for (var round = random.Next(4); round >= 0; round--)
            {
                await run.LogParameterAsync($"p{Guid.NewGuid():N}"[..9], round);
                Console.WriteLine($"{id} parameters {run.Info.Parameters.Count}");
                for (var last = step + random.Next(50); step < last; step++)
                {
                    run.LogMetric("loss", step, step);
                }

                await run.FlushAsync();
                Console.WriteLine($"{id} points {step}");
            }

            if (ended.Count > 0)
            {
                var other = ended[random.Next(ended.Count)];
                await tracker.TagRunAsync(other, "tag", id);
                Console.WriteLine($"{other} tag {id}");
            }

            await run.EndAsync();
            Console.WriteLine($"{id} finished");
            ended.Add(id);
        }
    }

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
