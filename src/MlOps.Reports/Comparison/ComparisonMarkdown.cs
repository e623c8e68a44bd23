using System.Text;
using MlOps.Registry;

namespace MlOps.Reports;

/// <summary>Writes comparisons as Markdown.</summary>
internal static class ComparisonMarkdown
{
    public static string Write(RunComparison comparison)
    {
        var text = new StringBuilder($"# Comparison of {comparison.Runs.Count} runs\n");
        foreach (var differs in new[] { true, false })
        {
            text.Append(differs ? "\n## Differences\n" : "\n## Common values\n");
            var tables = ComparisonTables.Shown(comparison)
                .Select(table => (table.Kind, Rows: table.Rows.Where(row => row.Differs == differs).ToArray()))
                .Where(static table => table.Rows.Length > 0).ToArray();
            if (tables.Length == 0)
            {
                text.Append("\nNone.\n");
            }

            foreach (var (kind, rows) in tables)
            {
                var columns = differs ? comparison.Headings.Select(Markdown.Inline) : ["All runs"];
                text.Append('\n').Append(Markdown.Head([char.ToUpperInvariant(kind[0]) + kind[1..], .. columns])).Append('\n');
                foreach (var row in rows)
                {
                    var values = row.Values.Take(differs ? row.Values.Count : 1).Select(static value => Markdown.Inline(value ?? "none"));
                    text.Append(Markdown.Row([Markdown.Inline(row.Name), .. values])).Append('\n');
                }
            }
        }

        return text.ToString();
    }
}
