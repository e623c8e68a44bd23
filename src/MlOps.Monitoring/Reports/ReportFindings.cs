using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;

namespace MlOps.Monitoring.Reports;

/// <summary>Derives the findings of a report.</summary>
internal static class ReportFindings
{
    private const int LongestList = 3;
    private const double HighRejectedShare = 0.05;

    /// <summary>Lists the findings, most urgent first. A healthy report has one finding for its headline.</summary>
    public static IReadOnlyList<Finding> Find(ReportContents contents)
    {
        IEnumerable<Finding> findings =
        [
            .. FindFalls(contents), .. FindAlerts(contents), .. FindPredictions(contents), .. FindInputDrift(contents), .. FindOutputDrift(contents),
            .. FindEstimatedFalls(contents), .. FindRejected(contents), .. FindFaults(contents), .. FindCoverage(contents),
        ];
        return [.. findings.OrderByDescending(static finding => finding.Severity)];
    }

    /// <summary>Writes the names of the first features, and the number of the others.</summary>
    public static string Names(IEnumerable<ComparedFeature> features)
    {
        var names = features.Select(static feature => $"'{feature.Name}'").ToArray();
        return names.Length <= LongestList
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(LongestList))} and {ReportText.Count(names.Length - LongestList)} more";
    }

    public static IEnumerable<ComparedFeature> Drifted(IEnumerable<ComparedFeature> features) => With(features, DriftVerdict.Drifted);

    private static IEnumerable<ComparedFeature> With(IEnumerable<ComparedFeature> features, DriftVerdict verdict) =>
        features.Where(feature => feature.Drift.Verdict == verdict);

    private static IEnumerable<Finding> FindFalls(ReportContents contents)
    {
        var falls = contents.Metrics.Where(static metric => metric.RealisedFall is not null)
            .Select(static metric => metric.Describe(metric.RealisedFall!.Value)).ToArray();
        return falls.Length == 0 ? [] :
        [
            new Finding(
                ReportVerdict.ActNow,
                falls[0],
                $"The quality measured with outcomes is worse: {string.Join(", ", falls.Take(LongestList))}. The 95 % intervals of the first and the latest "
                + "window do not overlap, so chance is an unlikely cause."),
        ];
    }

    private static IEnumerable<Finding> FindAlerts(ReportContents contents)
    {
        if (contents.Report.Alerts is not { Count: > 0 } alerts)
        {
            return [];
        }

        var first = alerts.MinBy(static alert => alert.Time)!;
        var rules = string.Join(", ", alerts.Select(alert => AlertName(alert, contents)).Distinct(StringComparer.Ordinal).Take(LongestList));
        return
        [
            new Finding(
                ReportVerdict.ActNow,
                $"{ReportText.Count(alerts.Count, "alert is", "alerts are")} active: {rules}",
                $"{ReportText.Count(alerts.Count, "alert is", "alerts are")} active ({rules}), the first since {ReportText.Time(first.Time)} UTC: "
                + ReportText.Sentence(first.Message)),
        ];
    }

    /// <summary>Writes the rule of an alert. An alert of another version than that of the report names it.</summary>
    private static string AlertName(Alert alert, ReportContents contents) =>
        $"'{ReportText.Name(alert.Key)}'{(alert.Version is { } version && version != contents.Period.Version ? $" of version {version}" : "")}";

    private static IEnumerable<Finding> FindPredictions(ReportContents contents) => contents.Period.Predictions > 0 ? [] :
    [
        new Finding(
            ReportVerdict.TooLittleData,
            "no predictions in this period",
            "The store contains no predictions of this version in this period, so the report cannot state whether the model is healthy."),
    ];

    private static IEnumerable<Finding> FindInputDrift(ReportContents contents)
    {
        if (contents.Report.InputDrift is not { } drift)
        {
            yield return new Finding(
                ReportVerdict.Attention,
                "there is no baseline to compare with",
                "The version has no baseline, so the report cannot state whether the inputs have changed since the training.");
            yield break;
        }

        var (decided, count) = (contents.Decided, contents.Inputs.Count);
        var undecided = With(contents.Inputs, DriftVerdict.TooFewValues).ToArray();
        var incomparable = With(contents.Inputs, DriftVerdict.NotComparable).ToArray();
        var drifted = Drifted(contents.Inputs).ToArray();
        if (drifted.Length > 0)
        {
            var verb = drifted.Length == 1 ? "has" : "have";
            yield return new Finding(
                ReportVerdict.Attention,
                $"{ReportText.Count(drifted.Length)} of {ReportText.Count(decided, "input", "inputs")} {verb} drifted",
                $"{ReportText.Count(drifted.Length)} of {ReportText.Count(decided, "compared input", "compared inputs")} {verb} drifted from the baseline"
                + $"{Since(drifted, contents)}: {Names(drifted)}.");
        }
        else if (decided > 0 && drifted.Length == 0)
        {
            yield return new Finding(
                ReportVerdict.Healthy,
                "the inputs look like those of the baseline",
                $"None of {ReportText.Count(decided, "compared input", "compared inputs")} has drifted from the baseline.");
        }

        if (incomparable.Length > 0)
        {
            yield return new Finding(
                ReportVerdict.Attention,
                $"{ReportText.Count(incomparable.Length, "input", "inputs")} cannot be compared with the baseline",
                $"{ReportText.Count(incomparable.Length, "input", "inputs")} cannot be compared with the baseline: {Names(incomparable)}.");
        }

        if (undecided.Length > 0 || decided == 0)
        {
            yield return new Finding(
                decided == 0 ? ReportVerdict.TooLittleData : ReportVerdict.Healthy,
                $"{ReportText.Count(drift.CurrentRows, "row", "rows")}, which {(drift.CurrentRows == 1 ? "is" : "are")} not enough to compare inputs",
                $"{ReportText.Count(undecided.Length)} of {ReportText.Count(count, "input", "inputs")} had too few values for a decision "
                + $"({ReportText.Count(drift.CurrentRows, "row", "rows")} in the period, {ReportText.Count(drift.BaselineRows)} in the baseline).");
        }
    }

    private static string Since(ComparedFeature[] drifted, ReportContents contents)
    {
        if (drifted.Min(static feature => feature.Start) is not { } start)
        {
            return "";
        }

        // A drift that is as old as the history may be older.
        return start == contents.Report.InputDriftHistory[0].Key
            ? $", since the first window of the period ({ReportText.Time(start)} UTC) or longer"
            : $", since {ReportText.Time(start)} UTC";
    }

    private static IEnumerable<Finding> FindOutputDrift(ReportContents contents) => Drifted(contents.Outputs).ToArray() is not { Length: > 0 } drifted ? [] :
    [
        new Finding(
            ReportVerdict.Attention,
            "the predictions have drifted",
            $"The model predicts other values than on the baseline: {Names(drifted)} {(drifted.Length == 1 ? "has" : "have")} drifted."),
    ];

    private static IEnumerable<Finding> FindEstimatedFalls(ReportContents contents)
    {
        var falls = contents.Metrics.Where(static metric => metric.EstimatedFall is not null && metric.RealisedFall is null)
            .Select(static metric => metric.Describe(metric.EstimatedFall!.Value)).ToArray();
        return falls.Length == 0 ? [] :
        [
            new Finding(
                ReportVerdict.Attention,
                $"the estimated {falls[0]}",
                $"The quality estimated without outcomes is worse: {string.Join(", ", falls.Take(LongestList))}. Outcomes must confirm it."),
        ];
    }

    private static IEnumerable<Finding> FindRejected(ReportContents contents)
    {
        var (rejected, predictions) = (contents.Period.Rejected, contents.Period.Predictions);
        if (rejected > 0 && predictions > 0)
        {
            var share = (double)rejected / predictions;
            yield return new Finding(
                share >= HighRejectedShare ? ReportVerdict.Attention : ReportVerdict.Healthy,
                $"{ReportText.Percent(share)} of the rows were rejected",
                $"{ReportText.Count(rejected)} of {ReportText.Count(predictions, "row", "rows")} ({ReportText.Percent(share)}) did not match the input schema "
                + "and were rejected.");
        }
    }

    private static IEnumerable<Finding> FindFaults(ReportContents contents) => contents.Faults.Count == 0 ? [] :
    [
        new Finding(
            ReportVerdict.Attention,
            "the data of the report is incomplete",
            $"The data has {ReportText.Count(contents.Faults.Count, "fault", "faults")}, listed below. The report contains the rest of the data."),
    ];

    private static IEnumerable<Finding> FindCoverage(ReportContents contents)
    {
        var (predictions, outcomes) = contents.Coverage;
        if (outcomes == 0)
        {
            yield return new Finding(
                ReportVerdict.Healthy,
                "no outcomes are known",
                "No outcomes are known for this period. Without outcomes, the report cannot state whether the predictions were right.");
        }
        else if (!contents.Metrics.Any(static metric => metric.RealisedFall is not null))
        {
            yield return new Finding(
                ReportVerdict.Healthy,
                "the quality has not measurably fallen",
                $"{DescribeLevel(contents)}Outcomes are known for {ReportText.Percent((double)outcomes / Math.Max(outcomes, predictions))} of the "
                + "predictions.");
        }
    }

    /// <summary>Describes a quality that has not fallen with its value: a version that was bad from its first window has no fall.</summary>
    private static string DescribeLevel(ReportContents contents)
    {
        if (contents.Metrics.FirstOrDefault(static metric => metric.Realised is not null) is not { Realised.Realised: { } last } metric)
        {
            return "No metric could be computed. ";
        }

        var value = $"{metric.Name} is {ReportText.Short(last.Value)}{(SummaryTiles.Interval(last) is { Length: > 0 } interval ? $" ({interval})" : "")}";
        return metric.Points.Count(static point => point.Realised is not null) == 1
            ? $"The first measured {value}. There is no earlier window to compare it with. "
            : $"The quality has not measurably fallen since the first window of the period: the latest {value}. ";
    }
}
