using System.Globalization;
using System.Net;
using System.Text;
using MlOps.Registry;

namespace MlOps.Workflows;

/// <summary>Formats workflows as text, Markdown and Mermaid flowcharts.</summary>
internal static class WorkflowFormatter
{
    public static string ToTable(WorkflowResult result)
    {
        var seconds = result.Steps.Sum(static step => step.Duration.TotalSeconds);
        var text = new StringBuilder();
        text.Line($"Workflow '{result.Workflow.Name}': {string.Join(", ", Count(result.Steps))}, {seconds:0.0} s");
        string[][] rows =
        [
            ["step", "status", "duration", "reason"],
            .. result.Steps.Select(static step => new[] { step.Step.Name, Format(step.Status), FormatDuration(step), FormatReason(step) }),
        ];
        var widths = Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = $"  {row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3]}";
            text.Append(cells.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    public static string ToMarkdown(WorkflowResult result)
    {
        var text = new StringBuilder();
        text.Line($"# {Markdown.Inline(result.Workflow.Name)}\n");
        text.Line($"```mermaid\n{ToMermaid(result.Steps, hasRun: true)}```\n");
        text.Line($"{Markdown.Head("step", "status", "duration", "reason")}");
        foreach (var step in result.Steps)
        {
            text.Line($"{Markdown.Row(Markdown.Inline(step.Step.Name), Format(step.Status), FormatDuration(step), Markdown.Inline(FormatReason(step)))}");
        }

        return text.ToString();
    }

    public static string ToMermaid(IReadOnlyList<StepResult> steps, bool hasRun)
    {
        var text = new StringBuilder("flowchart TD\n");
        var numbers = steps.Select(static (step, number) => (step.Step.Name, number))
            .ToDictionary(static step => step.Name, static step => step.number, StringComparer.Ordinal);
        foreach (var (step, number) in steps.Zip(numbers.Values))
        {
            var label = Escape(step.Step.Name) + (hasRun ? $"<br/>{Escape($"{Format(step.Status)} {FormatDuration(step)}".TrimEnd())}" : "");
            text.Line($"  s{number}[{(step.Step.HasSideEffects ? "[" : "")}\"{label}\"{(step.Step.HasSideEffects ? "]" : "")}]");
            foreach (var dataset in step.Step.Datasets)
            {
                text.Line($"  s{number}d{dataset.Version}[(\"{Escape(dataset.ToString())}\")] --> s{number}");
            }

            foreach (var dependency in step.Step.DependsOn)
            {
                text.Line($"  s{numbers[dependency]} --> s{number}");
            }
        }

        return text.ToString();
    }

    private static string FormatDuration(StepResult step) =>
        step.Status is StepStatus.Skipped or StepStatus.NotRun ? "" : Invariant($"{step.Duration.TotalSeconds:0.0} s");

    private static string FormatReason(StepResult step)
    {
        string?[] parts =
        [
            step.Status == StepStatus.Restored ? $"from run {step.RunId}" : null,
            step.Outputs.StopReason is { } reason ? $"stopped the workflow: {reason}" : null,
            step.Reason,
        ];
        return string.Join("; ", parts.OfType<string>());
    }

    public static string Format(StepStatus status) => status == StepStatus.NotRun ? "not run" : status.ToString().ToLowerInvariant();

    private static IEnumerable<string> Count(IReadOnlyList<StepResult> steps) => steps
        .GroupBy(static step => step.Status)
        .OrderBy(static group => group.Key)
        .Select(static group => Invariant($"{group.Count()} {Format(group.Key)}"));

    /// <summary>Escapes a label, which is quoted and may contain HTML.</summary>
    private static string Escape(string text) => WebUtility.HtmlEncode(text).Replace("`", "&#96;", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Line(this StringBuilder text, FormattableString line) => text.Append(Invariant(line)).Append('\n');
}
