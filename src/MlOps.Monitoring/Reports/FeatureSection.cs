using System.Xml.Linq;
using MlOps.Monitoring.Drift;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Writes the comparison of features: cards of all if they are few, or of the drifted ones, and a collapsed table of the others.</summary>
internal sealed class FeatureSection(string id, string title, IReadOnlyList<ComparedFeature> features)
{
    /// <summary>The maximum number of cards. The table contains the other drifted features.</summary>
    public const int MostCards = 12;

    /// <summary>The maximum number of rows of a table. JSON contains all features.</summary>
    public const int MostRows = 500;

    private static readonly string[] s_heads =
    [
        "Feature", "Distribution", "Verdict", "Test", "Statistic", "Adjusted p", "Effect", "Threshold", "Missing, baseline", "Missing, now", "Unseen",
        "In words",
    ];

    public IEnumerable<XElement> Write()
    {
        if (features.Count == 0)
        {
            return [];
        }

        // A card for every feature of a small model needs less space than a table with twelve columns.
        var ordered = features.OrderBy(static feature => feature.Drift.Verdict != DriftVerdict.Drifted);
        var cards = (features.Count <= MostCards ? ordered : ReportFindings.Drifted(features)).Take(MostCards).ToArray();
        var rest = features.Except(cards, ReferenceEqualityComparer.Instance).Cast<ComparedFeature>().ToArray();
        return
        [
            Html.Section(
                id,
                title,
                Html.Note(Count()),
                cards.Length == 0 ? null : Key(),
                cards.Length == 0 ? null : Html.Element("div", "cards", cards.Select(WriteCard)),
                rest.Length == 0 ? null : WriteRest(rest)),
        ];
    }

    /// <summary>Writes the legend of the charts.</summary>
    public static XElement Key()
    {
        return Html.Element("ul", "key", Item("before", "baseline"), Item("after", "this period"));

        static XElement Item(string kind, string text)
        {
            var sample = Svg.Element("svg", ("viewBox", "0 0 28 16"), ("aria-hidden", "true"));
            sample.Add(Svg.Rectangle(1, 1, 26, 14, ("class", kind)));
            return new XElement("li", sample, text);
        }
    }

    public static XElement VerdictPill(ComparedFeature feature) => Html.Pill(
        feature.Drift.Verdict switch
        {
            DriftVerdict.Drifted => "act",
            DriftVerdict.Stable => "ok",
            DriftVerdict.NotComparable => "warn",
            _ => "idle",
        },
        feature.Verdict);

    private string Count() => string.Join(
        " · ",
        features.GroupBy(static feature => feature.Drift.Verdict).OrderBy(static group => group.Key == DriftVerdict.Drifted ? -1 : (int)group.Key)
            .Select(static group => $"{ReportText.Count(group.Count())} {group.First().Verdict}"));

    private XElement WriteCard(ComparedFeature feature, int index)
    {
        var heading = FormattableString.Invariant($"{id}-{index}");
        return Html.Element(
            "article",
            "card",
            new XAttribute("aria-labelledby", heading),
            new XElement("h3", new XAttribute("id", heading), Html.Name(feature.Drift.Feature), VerdictPill(feature)),
            new XElement("p", feature.Explanation),
            feature.Evidence.Length == 0 ? null : Html.Element("p", "evidence", feature.Evidence),
            WriteChart(feature),
            WriteFacts(Facts(feature)),
            Html.Details("Test and numbers", WriteFacts(TestFacts(feature.Drift))));
    }

    private static XElement WriteFacts(IEnumerable<(string Name, string Value)> facts) =>
        Html.Element("dl", "facts", facts.SelectMany(static fact => new[] { new XElement("dt", fact.Name), new XElement("dd", fact.Value) }));

    private static IEnumerable<(string Name, string Value)> Facts(ComparedFeature feature)
    {
        var drift = feature.Drift;
        if (feature.Start is { } start)
        {
            yield return ("Since", $"{ReportText.Time(start)} UTC");
        }

        if (!feature.IsText && feature is { Baseline.Values: > 0, Current.Values: > 0 })
        {
            yield return ("Mean", $"{ReportText.Number(feature.Baseline.Mean)} → {ReportText.Number(feature.Current.Mean)}");
            yield return ("Range", $"{Range(feature.Baseline)} → {Range(feature.Current)}");
        }

        yield return ("Missing", $"{ReportText.Percent(drift.MissingRate.Baseline)} → {ReportText.Percent(drift.MissingRate.Current)}");
        if (feature.IsText)
        {
            yield return ("Not in the baseline", ReportText.Percent(drift.UnseenRate));
        }

        static string Range(Profiles.FeatureProfile profile) => $"{ReportText.Number(profile.Min)} to {ReportText.Number(profile.Max)}";
    }

    private static IEnumerable<(string Name, string Value)> TestFacts(FeatureDrift drift)
    {
        yield return ("Test", drift.Test.Length == 0 ? ReportText.None : ReportText.Sentence(drift.Test));
        yield return ("Statistic", ReportText.Number(drift.Statistic));
        yield return ("p-value", ReportText.PValue(drift.PValue));
        yield return ("Adjusted p-value", ReportText.PValue(drift.AdjustedPValue));
        yield return (drift.EffectName.Length == 0 ? "Effect" : ReportText.Sentence(drift.EffectName), ReportText.Number(drift.Effect));
        yield return ("Threshold", ReportText.Number(drift.Threshold));
    }

    private static XElement WriteChart(ComparedFeature feature)
    {
        if (feature.IsText)
        {
            return CategoryChart.Create(feature.Baseline, feature.Current) is { } chart
                ? Html.Element("figure", "", chart.Draw(feature.Name))
                : Html.Note("There are no values to draw.");
        }

        return NumberHistogram.Create(feature.Baseline, feature.Current) is { } histogram
            ? Html.Element(
                "figure",
                "",
                DistributionChart.Draw(feature.Name, histogram, feature.Baseline, feature.Current),
                histogram.IsClipped ? Html.Element("p", "", "The outermost bars contain all values beyond the axis.") : null)
            : Html.Note("There are no finite numbers to draw.");
    }

    private XElement WriteRest(ComparedFeature[] rest)
    {
        var hidden = rest.Length - MostRows;
        return Html.Details(
            $"{(rest.Length == features.Count ? "All" : "Other")} features ({ReportText.Count(rest.Length)})",
            Key(),
            Html.Table($"{title}: features", s_heads, rest.Take(MostRows).Select(WriteRow)),
            hidden > 0
                ? Html.Note($"{ReportText.Count(hidden, "more feature is", "more features are")} not shown. The JSON report contains all features.")
                : null);
    }

    private static XElement WriteRow(ComparedFeature feature)
    {
        var drift = feature.Drift;
        return Html.Row(
            Html.Name(drift.Feature),
            DrawSmall(feature),
            VerdictPill(feature),
            drift.Test.Length == 0 ? ReportText.None : ReportText.Sentence(drift.Test),
            ReportText.Number(drift.Statistic),
            ReportText.PValue(drift.AdjustedPValue),
            drift.EffectName.Length == 0 ? ReportText.None : $"{ReportText.Number(drift.Effect)} ({ReportText.Sentence(drift.EffectName)})",
            ReportText.Number(drift.Threshold),
            ReportText.Percent(drift.MissingRate.Baseline),
            ReportText.Percent(drift.MissingRate.Current),
            feature.IsText ? ReportText.Percent(drift.UnseenRate) : ReportText.None,
            new XElement("span", new XAttribute("class", "long"), feature.Reasons));
    }

    private static object DrawSmall(ComparedFeature feature) =>
        (feature.IsText
            ? CategoryChart.Create(feature.Baseline, feature.Current)?.DrawSmall(feature.Name)
            : NumberHistogram.Create(feature.Baseline, feature.Current) is { } histogram ? DistributionChart.DrawSmall(feature.Name, histogram) : null)
        ?? (object)ReportText.None;
}
