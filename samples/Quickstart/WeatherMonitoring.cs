using System.Globalization;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Monitoring;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Reports;
using MlOps.Serving;
using MlOps.Workflows;

/// <summary>The monitoring of the model: the baseline of the training, and predictions for days that the model has not seen.</summary>
internal static class WeatherMonitoring
{
    private static readonly string[] s_inputs = ["precipitation", "temp_max", "temp_min", "wind"];

    /// <summary>Writes the baseline: the distributions of the training data and of the predictions on it.</summary>
    public static async Task WriteBaselineAsync(StepContext context, CancellationToken cancellationToken)
    {
        var ml = new MLContext();
        var data = WeatherModel.Load(ml, await WeatherWorkflow.RestoreAsync(context.GetDataset("weather"), cancellationToken));
        var model = ml.Model.Load(Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), WeatherWorkflow.ModelFile), out _);
        var baseline = await Baseline.CreateAsync(
            data.ToRows().Select(s_inputs), model.Transform(data).ToRows().Select("PredictedLabel", "Score"), cancellationToken: cancellationToken);
        baseline.Write(context.Folder);
    }

    /// <summary>Predicts the weather of the summer of 2015, records the actual weather, and writes a report.</summary>
    public static async Task ServeSummerAsync(IModel<Day, Forecast> model, IModelMonitor monitor, string file)
    {
        foreach (var (day, weather) in ReadSummer(file))
        {
            var prediction = await model.PredictAsync(day);
            await monitor.RecordOutcomeAsync("weather", prediction.Id, weather);
        }

        foreach (var alert in await monitor.EvaluateAsync("weather", includeOpen: true))
        {
            Display.Line($"Alert {alert.Key}: {alert.Message}");
        }

        var report = await monitor.CreateReportAsync("weather");
        await File.WriteAllTextAsync("quickstart-monitoring.html", report.ToHtml());
        Display.Line(report.Headline);
        foreach (var feature in report.InputDrift!.Features.Where(feature => feature.Verdict == DriftVerdict.Drifted))
        {
            Display.Line($"  {feature.Feature,-14} {string.Join(' ', feature.Reasons)}");
        }

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
