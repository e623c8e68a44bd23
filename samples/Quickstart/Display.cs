using MlOps.Tracking;
using MlOps.Workflows;
using Spectre.Console;

/// <summary>Writes the output of the sample to the console.</summary>
internal static class Display
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static void Title(string text) => AnsiConsole.MarkupLineInterpolated($"\n[bold blue]{text}[/]");

    public static void Line(string text) => Console.WriteLine(text);

    /// <summary>Writes a line for each step. Only steps that ran have a meaningful duration.</summary>
    public static void Steps(WorkflowResult result)
    {
        foreach (var step in result.Steps)
        {
            var duration = $"ran in {step.Duration.TotalSeconds:0.00} s";
            var text = step.Outputs.StopReason is { } refusal ? $"stopped the workflow: {refusal}" : step.Status switch
            {
                StepStatus.Restored => "restored from an earlier run: its inputs have not changed",
                StepStatus.Ran => step.Reason is null ? duration : $"{duration}: {step.Reason}",
                StepStatus.Skipped => "skipped, because the workflow stopped",
                _ => $"{step.Status}: {step.Reason}",
            };
            Line($"  {step.Step.Name,-9} {text}");
        }
    }

    /// <summary>Draws the loss of each training iteration.</summary>
    public static async Task LossAsync(Run run, RunContents contents)
    {
        var losses = await contents.ReadMetricsAsync("training/loss").Select(point => point.Value).ToListAsync();
        var (minimum, maximum) = (losses.Min(), losses.Max());
        var scale = (Bars.Length - 1) / Math.Max(maximum - minimum, 1e-12);
        var curve = string.Concat(losses.Select(loss => Bars[(int)Math.Round(scale * (loss - minimum))]));
        Line($"Loss of {run.Name} in {losses.Count} iterations: {maximum:0.000} {curve} {minimum:0.000}");
    }

    public static void Forecast(Day day, Forecast forecast, int version) => Line(
        $"  rain {day.Precipitation,4} mm, {day.TempMin,3} to {day.TempMax,3} °C, wind {day.Wind,4} m/s: "
        + $"{forecast.Weather} ({forecast.Probabilities.Max():P0}), version {version}");
}
