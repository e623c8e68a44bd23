using System.Globalization;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Monitoring;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Serving;
using MlOps.Workflows;

/// <summary>The monitoring of the model: the baseline of the training, and predictions for days that the model has not seen.</summary>
internal static class WeatherMonitoring
{
    private static readonly string[] s_outputs = ["PredictedLabel", "Score"];
    private static readonly string[] s_inputs = ["precipitation", "temp_max", "temp_min", "wind"];

    /// <summary>Writes the baseline: the distributions of the training data and of the predictions, and the calibration of the probabilities.</summary>
    public static async Task WriteBaselineAsync(StepContext context, CancellationToken cancellationToken)
    {
        var ml = new MLContext();
        var folder = await WeatherWorkflow.RestoreAsync(context.GetDataset("weather"), cancellationToken);
        var model = ml.Model.Load(Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), WeatherWorkflow.ModelFile), out _);
        var split = WeatherModel.Split(ml, folder, context.Run.Info.Seed);
        var inputs = split.TrainSet.ToRows().Select(s_inputs);
        var outputs = model.Transform(split.TrainSet).ToRows().Select(s_outputs);
        var scored = model.Transform(split.TestSet).ToRows().Select([.. s_outputs, "weather"]).Rename("weather", "Label");

        var options = new QualityOptions { Classes = { "drizzle", "rain", "sun", "snow", "fog" } };
        var baseline = await Baseline.CreateAsync(inputs, outputs, cancellationToken);
        baseline = await baseline.CalibrateAsync(scored, options, cancellationToken);
        baseline.Write(context.Folder);
    }

    /// <summary>Predicts the weather of the summer of 2015, records the actual weather, and writes a report.</summary>
    public static async Task ServeSummerAsync(IModel<Day, Forecast> model, IModelMonitor monitor, string file)
    {
        var outcomes = new List<Outcome>();
        foreach (var (day, weather) in ReadSummer(file))
        {
            var prediction = await model.PredictAsync(day);
            outcomes.Add(new Outcome(prediction.Id, weather));
        }

        // In production, the outcomes arrive later, from another process.
        await Task.WhenAll(outcomes.Select(outcome => monitor.RecordOutcomeAsync("weather", outcome)));
        foreach (var alert in await monitor.EvaluateAsync("weather", includeOpen: true))
        {
            Display.Line($"The alert '{alert.Key}' is active. The log has its message.");
        }

        var report = await monitor.CreateReportAsync("weather");
        await File.WriteAllTextAsync("quickstart-monitoring.html", report.ToHtml());
        Display.Line(report.Headline);
        foreach (var feature in report.InputDrift?.Features.Where(feature => feature.Verdict == DriftVerdict.Drifted) ?? [])
        {
            Display.Line($"  {feature.Feature,-14} {string.Join(" ", feature.Reasons.SkipLast(1))}");
        }

        var quality = report.Quality[^1].Value;
        Display.Line($"Accuracy: {quality.Metrics["accuracy"]} for {quality.Outcomes} outcomes, "
            + $"estimated without outcomes: {quality.Estimated.GetValueOrDefault("accuracy")}");
        Display.Line($"What to do: {string.Join("\n            ", report.NextSteps.Select(step => step.Split('\n')[0]))}");
        Display.Line($"Report: {Path.GetFullPath("quickstart-monitoring.html")}");
    }

    private static IEnumerable<(Day Day, string Weather)> ReadSummer(string file) =>
        from line in File.ReadLines(file).Skip(1)
        let cells = line.Split(',')
        where cells[0].StartsWith("2015-06", StringComparison.Ordinal) || cells[0].StartsWith("2015-07", StringComparison.Ordinal)
            || cells[0].StartsWith("2015-08", StringComparison.Ordinal)
        let numbers = cells[1..5].Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray()
        select (new Day { Precipitation = numbers[0], TempMax = numbers[1], TempMin = numbers[2], Wind = numbers[3] }, cells[5]);
}
