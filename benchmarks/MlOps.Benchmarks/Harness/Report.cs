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
        var system = $"{RuntimeInformation.OSDescription} · {RuntimeInformation.FrameworkDescription}";
        text.Append(CultureInfo.InvariantCulture, $"""
            {TimeProvider.System.GetUtcNow():yyyy-MM-dd} · {Environment.ProcessorCount} processors, {system} · {versions}

            At least {rounds} rounds after a warm-up, more if a round is short. The contenders take turns. Times are medians.
            Speed is the median over the rounds of the baseline's time divided by the contender's time in the same round,
            with the 95 % confidence interval of this median in brackets.
            Allocation is that of the client's process.

            | comparison | aim | measured | met |
            |---|---|---|---|

            """);
        text.AppendJoin('\n', outcomes.Select(static outcome => outcome.ToSummaryRow())).Append("\n\n");
        text.AppendJoin('\n', outcomes.Select(static outcome => outcome.ToSection()));
        return text.ToString();
    }
}
