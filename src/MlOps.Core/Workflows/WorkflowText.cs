using System.Globalization;
using System.Net;
using System.Text;
using MlOps.Registry;

namespace MlOps.Workflows;

/// <summary>Tells and draws workflows for a person.</summary>
internal static class WorkflowText
{
    public static string Tell(WorkflowResult result)
    {
        var text = new StringBuilder();
        var seconds = result.Steps.Sum(static step => step.Duration.TotalSeconds);
        text.Line($"Workflow '{result.Workflow.Name}': {string.Join(", ", Count(result.Steps))}, {seconds:0.0} s");
        var width = result.Steps.Max(static step => step.Step.Name.Length);
        foreach (var step in result.Steps)
        {
            text.Line($"  {step.Step.Name.PadRight(width)}  {Describe(step)}");
        }

        return text.ToString();
    }

    public static string ToMarkdown(WorkflowResult result)
    {
        var text = new StringBuilder();
        text.Line($"# {Markdown.Inline(result.Workflow.Name)}\n\n```mermaid\n{Draw(result.Steps, hasRun: true)}```\n\n{Markdown.Head("step", "what became of it")}");
        foreach (var step in result.Steps)
        {
            text.Line($"{Markdown.Row(Markdown.Inline(step.Step.Name), Markdown.Inline(Describe(step)))}");
        }

        return text.ToString();
    }

    public static string Draw(IReadOnlyList<StepResult> steps, bool hasRun)
    {
        var text = new StringBuilder("flowchart TD\n");
        var numbers = steps.Select(static (step, number) => (step.Step.Name, number)).ToDictionary(static step => step.Name, static step => step.number, StringComparer.Ordinal);
        foreach (var (step, number) in steps.Zip(numbers.Values))
        {
            var label = Escape(step.Step.Name) + (hasRun ? $"<br/>{Escape(Word(step))}" : "");
            text.Line($"  s{number}[{(step.Step.Acts ? "[" : "")}\"{label}\"{(step.Step.Acts ? "]" : "")}]");
            foreach (var dataset in step.Step.Datasets)
            {
                text.Line($"  s{number}d{dataset.Version}[(\"{Escape(dataset.ToString())}\")] --> s{number}");
            }

            foreach (var before in step.Step.After)
            {
                text.Line($"  s{numbers[before]} --> s{number}");
            }
        }

        return text.ToString();
    }

    private static string Describe(StepResult step) => step.Status switch
    {
        StepStatus.Restored => $"restored from run {step.RunId}{Stopped(step)}",
        StepStatus.Ran => Invariant($"ran {step.Duration.TotalSeconds:0.0} s{Stopped(step)}{(step.Reason is { } reason ? $": {reason}" : "")}"),
        StepStatus.NotRun => "not run",
        _ => $"{Word(step)}: {step.Reason}",
    };

    private static string Stopped(StepResult step) => step.Outputs.StopReason is { } reason ? $", and stopped the work: {reason}" : "";

    private static string Word(StepResult step) => step.Status switch
    {
        StepStatus.Ran => Invariant($"ran {step.Duration.TotalSeconds:0.0} s"),
        StepStatus.Restored => "restored",
        StepStatus.Skipped => "skipped",
        StepStatus.Failed => "failed",
        _ => "not run",
    };

    private static IEnumerable<string> Count(IReadOnlyList<StepResult> steps) => steps
        .GroupBy(static step => step.Status)
        .OrderBy(static group => group.Key)
        .Select(static group => Invariant($"{group.Count()} {(group.Key == StepStatus.NotRun ? "not run" : group.Key.ToString().ToLowerInvariant())}"));

    /// <summary>A label is between quotes and may hold HTML, so both are made harmless.</summary>
    private static string Escape(string text) => WebUtility.HtmlEncode(text).Replace("`", "&#96;", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Line(this StringBuilder text, FormattableString line) => text.Append(Invariant(line)).Append('\n');
}
