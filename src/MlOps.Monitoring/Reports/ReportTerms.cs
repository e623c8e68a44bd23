using System.Xml.Linq;

namespace MlOps.Monitoring.Reports;

/// <summary>Explains the terms of a report that occur in it.</summary>
internal static class ReportTerms
{
    // The first text is searched in the names of tests and effect sizes; an empty text matches every report.
    private static readonly (string Word, string Term, string Explanation)[] s_terms =
    [
        ("", "Baseline", "A summary of the data with which the version was trained. The report compares the rows of the period with it."),
        ("", "Drift", "A change of the distribution of a feature. The model learned from the baseline, so its predictions can become worse. Drift alone "
            + "does not prove that they are worse: only outcomes do."),
        ("", "Verdict of a feature", "Drifted means that both conditions are met: chance is an unlikely cause of the difference (the adjusted p-value is "
            + "small), and the difference is large enough to matter (the effect reaches the threshold). Too few values means that no decision is possible."),
        ("", "p-value", "The probability of a difference at least this large if nothing has changed. A small value, such as 0.001, excludes chance."),
        ("", "Adjusted p-value", "The p-value after a correction for the number of features (Benjamini-Hochberg). Without it, one of twenty unchanged features "
            + "would be reported in every comparison."),
        ("", "Effect and threshold", "The size of a change, independent of the number of rows. With many rows even a tiny difference is certain, so the effect "
            + "decides whether the difference matters."),
        ("", "Missing and unseen", "Missing is the share of rows without a value. Unseen is the share of categories that the baseline does not have."),
        ("", "Realised and estimated quality", "Realised quality compares predictions with outcomes. Estimated quality is computed from the confidence of the "
            + "model before outcomes are known. It cannot see that the relation between inputs and outcomes has changed."),
        ("", "Confidence interval", "A range that contains the true value in 95 of 100 cases. A wide interval means few outcomes."),
        ("", "Coverage", "The share of predictions whose outcome is known."),
        ("Kolmogorov", "Kolmogorov-Smirnov", "A test for numbers. Its distance is the largest difference, 0 to 1, between the shares of values up to a limit: "
            + "0 if both distributions are equal, 1 if they have no range in common."),
        ("chi-square", "Chi-square of homogeneity", "A test for categories, which compares their frequencies in both data sets."),
        ("Fisher", "Fisher's exact test", "A test for two categories that is exact for few rows."),
        ("total variation", "Total variation distance", "The share of rows that would have to change their category for the frequencies to be equal."),
    ];

    public static XElement Write(ReportContents contents)
    {
        var used = contents.Inputs.Concat(contents.Outputs).SelectMany(static feature => new[] { feature.Drift.Test, feature.Drift.EffectName })
            .Distinct(StringComparer.Ordinal).ToArray();
        var terms = s_terms.Where(term => term.Word.Length == 0 || used.Any(name => name.Contains(term.Word, StringComparison.OrdinalIgnoreCase)))
            .DistinctBy(static term => term.Term);
        return Html.Details(
            "Explanation of terms",
            Html.Element("dl", "terms", terms.SelectMany(static term => new[] { new XElement("dt", term.Term), new XElement("dd", term.Explanation) })));
    }
}
