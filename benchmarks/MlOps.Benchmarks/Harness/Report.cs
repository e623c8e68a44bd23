using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MlOps.Benchmarks;

/// <summary>The report of a run, in Markdown.</summary>
internal static class Report
{
    public static string Write(string title, IReadOnlyList<IOutcome> outcomes, int rounds, string versions)
    {
        var text = new StringBuilder($"# {title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"""
            {TimeProvider.System.GetUtcNow():yyyy-MM-dd} · {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription} · {RuntimeInformation.FrameworkDescription} · {versions}

            At least {rounds} rounds after a warm-up, more where a round is short; contenders by turns; times are medians; speed is the median over the rounds of the baseline's time by the contender's in the same round,
            in brackets the interval that holds this median with a confidence of 95 %.
            Allocation is that of the client's process.

            | comparison | aim | measured | met |
            |---|---|---|---|

            """);
        text.AppendJoin('\n', outcomes.Select(static outcome => outcome.ToSummaryRow())).Append("\n\n");
        text.AppendJoin('\n', outcomes.Select(static outcome => outcome.ToSection()));
        return text.ToString();
    }
}
