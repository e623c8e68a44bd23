using System.Globalization;
using MlOps.Monitoring.Drift;

namespace MlOps.Monitoring.Reports;

/// <summary>Derives the recommended steps from the findings of a report.</summary>
internal static class ReportSteps
{
    private const int MostFeatures = 3;
    private const double MissingRise = 0.05;
    private const double HighUnseenRate = 0.01;
    private const double LowCoverage = 0.5;

    /// <summary>Lists the recommended steps, most important first. There is at least one.</summary>
    public static IReadOnlyList<NextStep> Recommend(ReportContents contents)
    {
        NextStep[] steps =
        [
            .. Quality(contents), .. Sources(contents), .. Retraining(contents), .. Rejected(contents), .. Comparability(contents), .. Data(contents),
            .. Outcomes(contents),
        ];
        return steps.Length > 0 ? steps : [new NextStep("Nothing has to be done. Compare again after the next window.")];
    }

    private static IEnumerable<NextStep> Quality(ReportContents contents)
    {
        if (contents.Metrics.FirstOrDefault(static metric => metric.RealisedFall is not null) is not { } fallen)
        {
            yield break;
        }

        if (contents.WithSegments?.Segments.FirstOrDefault(static segment => segment.WorseBy > 0) is { } worst)
        {
            yield return new NextStep(
                $"Look at the predictions of the worst segment: '{ReportText.Name(worst.Feature)}' = '{ReportText.Name(worst.Value)}' "
                + $"({ReportText.Name(worst.Metric)} {ReportText.Estimate(worst.Estimate)}).");
        }

        var (model, reason) = (ReportText.Literal(contents.Period.Model), ReportText.Literal($"The {fallen.Name} fell."));
        yield return new NextStep(
            "If the fall began with this version, roll back to the version before. Replace \"production\" if the model is served by another alias.",
            $"await registry.RollBackAsync({model}, \"production\", reason: {reason});");
    }

    private static IEnumerable<NextStep> Sources(ReportContents contents)
    {
        var causes = ReportFindings.Drifted(contents.Inputs).Take(MostFeatures).ToLookup(static feature =>
            feature.Drift.MissingRate.Current - feature.Drift.MissingRate.Baseline >= MissingRise ? Cause.Missing
            : feature.Drift.UnseenRate >= HighUnseenRate ? Cause.Unseen
            : feature.IsText ? Cause.Categories
            : Cause.Numbers);
        return causes.OrderBy(static group => group.Key).Select(static group => new NextStep(group.Key switch
        {
            Cause.Missing => $"Find the reason for the missing values of {ReportFindings.Names(group)}, and ask the owner of the source.",
            Cause.Unseen => $"Check the new categories of {ReportFindings.Names(group)}: a new spelling is an error of the source; a real one needs training.",
            Cause.Categories => $"Check the source of {ReportFindings.Names(group)}: compare the spelling and the codes with the training data.",
            _ => $"Check the source of {ReportFindings.Names(group)}: compare the unit, the scale and the default value with the training data.",
        }));
    }

    private static IEnumerable<NextStep> Retraining(ReportContents contents)
    {
        if (ReportFindings.Drifted(contents.Inputs).Any() || contents.Metrics.Any(static metric => metric.RealisedFall is not null))
        {
            var (model, dataset) = (ReportText.Literal(contents.Period.Model), ReportText.Literal($"{contents.Period.Model}-recent"));
            yield return new NextStep(
                "If the sources are correct, the world has changed: retrain on recent data. This call makes a dataset version of the logged predictions "
                + "with an outcome.",
                $"await monitor.CreateDatasetAsync({model}, {dataset}, {Time(contents.Period.Start)}, {Time(contents.Period.End)});");
        }
    }

    private static IEnumerable<NextStep> Rejected(ReportContents contents)
    {
        if (contents.Period.Rejected > 0)
        {
            yield return new NextStep(
                "Look at the rejected rows in the prediction log (column rejected), which contains their features, and correct the sender.");
        }
    }

    private static IEnumerable<NextStep> Comparability(ReportContents contents)
    {
        if (contents.Report.InputDrift is null)
        {
            yield return new NextStep("Register the next version with a baseline, so that its inputs can be compared with its training data.");
        }
        else if (contents.Inputs.Where(static feature => feature.Drift.Verdict == DriftVerdict.NotComparable).ToArray() is { Length: > 0 } features)
        {
            yield return new NextStep(
                $"Mend the inputs that cannot be compared ({ReportFindings.Names(features)}): the table of inputs states the reasons. If the schema has "
                + "changed on purpose, register a version with a new baseline.");
        }
    }

    private static IEnumerable<NextStep> Data(ReportContents contents)
    {
        if (contents.Period.Predictions == 0)
        {
            yield return new NextStep("Check that the model is served, that monitoring is enabled for it, and that the instances reach the store.");
        }
        else if (contents.Report.InputDrift is not null && contents.Decided == 0)
        {
            yield return new NextStep("Wait for more predictions, or create a report of a longer period.");
        }

        if (contents.Faults.Count > 0)
        {
            yield return new NextStep("Read the faults below, and remove their causes: each makes the numbers of this report less complete.");
        }
    }

    private static IEnumerable<NextStep> Outcomes(ReportContents contents)
    {
        var (predictions, outcomes) = contents.Coverage;
        if (contents.Period.Predictions > 0 && outcomes < LowCoverage * Math.Max(predictions, 1))
        {
            yield return new NextStep(
                "Record the outcomes of predictions as they become known. Only outcomes show whether the predictions are right.",
                $"await monitor.RecordOutcomeAsync({ReportText.Literal(contents.Period.Model)}, predictionId, actual);");
        }
    }

    private static string Time(DateTimeOffset time) =>
        $"DateTimeOffset.Parse(\"{time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\")";

    /// <summary>The likely cause of a drift, most urgent first.</summary>
    private enum Cause
    {
        Missing,
        Unseen,
        Categories,
        Numbers,
    }
}
