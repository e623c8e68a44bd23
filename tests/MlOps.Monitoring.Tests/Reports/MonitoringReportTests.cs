using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Reports;

public sealed class MonitoringReportTests
{
    private static IEnumerable<TestCaseData> Verdicts =>
    [
        Case(TestReports.Drifted(), ReportVerdict.ActNow, "Act now: accuracy fell from 0.867 to 0.688"),
        Case(TestReports.Healthy(), ReportVerdict.Healthy, "Healthy: the inputs look like those of the baseline"),
        Case(TestReports.Empty(), ReportVerdict.TooLittleData, "Too little data: no predictions in this period"),
        Case(TestReports.Wide(20), ReportVerdict.Attention, "Attention: 2 of 20 inputs have drifted"),
        Case(TestReports.Short(), ReportVerdict.TooLittleData, "Too little data: 10 rows, which are not enough to compare inputs"),
        Case(TestReports.WithoutBaseline(), ReportVerdict.Attention, "Attention: there is no baseline to compare with"),
        Case(TestReports.WithQuality(0.9, 0.8, 0.02), ReportVerdict.ActNow, "Act now: accuracy fell from 0.9 to 0.8"),
        Case(TestReports.WithQuality(0.9, 0.8, 0.06), ReportVerdict.Healthy, "Healthy: the inputs look like those of the baseline"),
        Case(TestReports.WithQuality(0.8, 0.9, 0.02), ReportVerdict.Healthy, "Healthy: the inputs look like those of the baseline"),
        Case(TestReports.WithQuality(0.9, double.NaN, 0.02), ReportVerdict.Healthy, "Healthy: the inputs look like those of the baseline"),
        Case(TestReports.WithQuality(0.9, 0.8, 0.02, isEstimated: true), ReportVerdict.Attention, "Attention: the estimated accuracy fell from 0.9 to 0.8"),
    ];

    [TestCaseSource(nameof(Verdicts))]
    public void The_verdict_follows_from_the_most_urgent_finding(MonitoringReport report, ReportVerdict verdict, string headline) => Assert.That(
        (report.Verdict, report.Headline), Is.EqualTo((verdict, headline)));

    [Test]
    public void A_quality_that_has_not_fallen_is_stated_with_its_value()
    {
        Assert.That(
            TestReports.WithQuality(0.1, 0.1, 0.02).ToMarkdown(),
            Does.Contain("has not measurably fallen since the first window of the period: the latest accuracy is 0.1 (0.08 to 0.12)."));
        Assert.That(
            TestReports.WithQuality(0.1, double.NaN, 0.02).ToMarkdown(),
            Does.Contain("The first measured accuracy is 0.1 (0.08 to 0.12). There is no earlier window to compare it with."));
    }

    [Test]
    public void An_alert_of_another_version_is_named()
    {
        var profile = TestProfiles.Create(null, ("x", false, [1.0, 2.0]));
        var alert = new Alert
        {
            Id = "weather:7",
            Model = "weather",
            Version = 2,
            Rule = "quality",
            Subject = "accuracy",
            IsActive = true,
            Message = "It fell.",
            Time = TestReports.Start,
        };
        MonitoringReport Create(int version) => new()
        {
            Period = TestReports.Window(profile, new DataProfile(0, [])) with { Version = version },
            Alerts = [alert],
        };

        Assert.That(Create(1).Headline, Is.EqualTo("Act now: 1 alert is active: 'quality:accuracy' of version 2"));
        Assert.That(Create(2).Headline, Is.EqualTo("Act now: 1 alert is active: 'quality:accuracy'"));
        Assert.That(Create(1).ToMarkdown(), Does.Contain("| quality:accuracy | 2 |"));
    }

    [Test]
    public void Faults_of_windows_that_differ_in_the_number_of_rows_are_joined()
    {
        var first = TestReports.WithQuality(0.9, 0.9, 0.02);
        var report = TestReports.WithQuality(
            0.9, 0.9, 0.02, last: first.Quality[1].Value.WithWarnings(["3 rows are missing.", "40 rows are missing.", "Only 2 rows."]));

        Assert.That(report.ToMarkdown(), Does.Contain("- 43 rows are missing.").And.Contain("The data has 2 faults"));
    }

    [Test]
    public void Steps_name_the_features_and_the_calls()
    {
        var steps = TestReports.Drifted().NextSteps;

        Assert.That(steps, Has.Some.Contains("'temp_max', 'temp_min'"));
        Assert.That(steps, Has.Some.EndsWith("\nawait registry.RollBackAsync(\"weather\", \"production\", reason: \"The accuracy fell.\");"));
        Assert.That(
            steps,
            Has.Some.EndsWith("\nawait monitor.CreateDatasetAsync(\"weather\", \"weather-recent\", DateTimeOffset.Parse(\"2026-06-01T00:00:00Z\"), "
                + "DateTimeOffset.Parse(\"2026-06-15T00:00:00Z\"));"));
    }

    [Test]
    public void A_healthy_report_recommends_nothing() =>
        Assert.That(TestReports.Healthy().NextSteps, Is.EqualTo(new[] { "Nothing has to be done. Compare again after the next window." }));

    [Test]
    public void Too_little_data_is_not_healthy_in_any_format()
    {
        var report = TestReports.Short();

        Assert.That(report.ToHtml(), Does.Contain("4 too few values").And.Not.Contain("pill ok"));
        Assert.That(report.ToMarkdown(), Does.Contain("**Too little data:").And.Contain("0 of 4 features are stable"));
        Assert.That((string?)JsonNode.Parse(report.ToJson())!["verdict"], Is.EqualTo("tooLittleData"));
    }

    [Test]
    public void A_drift_starts_with_the_first_window_after_the_last_stable_one()
    {
        DriftVerdict[] verdicts =
        [
            DriftVerdict.Drifted, DriftVerdict.Stable, DriftVerdict.Drifted, DriftVerdict.TooFewValues, DriftVerdict.Drifted,
        ];
        var report = TestReports.WithHistory(verdicts);

        var inputs = JsonNode.Parse(report.ToJson())!["inputs"]!.AsArray();

        Assert.That((DateTimeOffset)inputs[0]!["since"]!, Is.EqualTo(TestReports.Start.AddDays(2)));
        Assert.That(report.ToMarkdown(), Does.Contain("since 2026-06-03 00:00 UTC"));
    }

    [Test]
    public void A_drift_that_is_as_old_as_the_history_may_be_older() => Assert.That(
        TestReports.WithHistory(DriftVerdict.Drifted, DriftVerdict.Drifted).ToMarkdown(),
        Does.Contain("since the first window of the period (2026-06-01 00:00 UTC) or longer"));

    [Test]
    public void A_metric_of_one_class_is_not_judged()
    {
        var report = TestReports.WithQuality(0.9, 0.5, 0.01, name: "recall/rain");

        Assert.That(report.Verdict, Is.EqualTo(ReportVerdict.Healthy));
        Assert.That(report.ToHtml(), Does.Contain("recall/rain"));
    }

    [Test]
    public void Faults_are_in_every_format()
    {
        var report = TestReports.Drifted();

        foreach (var text in new[] { report.ToHtml(), report.ToMarkdown().Replace("\\", "", StringComparison.Ordinal), report.ToJson() })
        {
            Assert.That(text, Does.Contain("web-2-311-77ab-7.profile is damaged and was skipped.").And.Contain("12 outcomes belong to no known prediction."));
        }
    }

    [Test]
    public void Features_that_cannot_be_compared_are_named_with_the_reason()
    {
        var report = TestReports.WithHistory(DriftVerdict.NotComparable);

        Assert.That(report.Headline, Is.EqualTo("Attention: 1 input cannot be compared with the baseline"));
        Assert.That(report.ToHtml(), Does.Contain("not comparable").And.Contain("The type has changed."));
    }

    [Test]
    public void JSON_contains_all_features_and_valid_numbers()
    {
        var json = JsonNode.Parse(TestReports.Wide(600).ToJson())!;
        var hostile = JsonNode.Parse(TestReports.Hostile().ToJson())!;

        Assert.That((int)json["format"]!, Is.EqualTo(1));
        Assert.That(json["inputs"]!.AsArray(), Has.Count.EqualTo(600));
        Assert.That(json["period"]!["latencyP50"], Is.Null);
        Assert.That((string?)hostile["alerts"]![0]!["threshold"], Is.EqualTo("-Infinity"));
        Assert.That(hostile["alerts"]![0]!["value"], Is.Null);
        Assert.That(hostile["faults"]!.AsArray().Select(static fault => (string?)fault), Has.Some.EqualTo("<script>alert(1)</script>"));
    }

    [Test]
    public void The_page_is_bounded_and_states_what_it_leaves_out()
    {
        var html = TestReports.Wide(2_000).ToHtml();

        Assert.That(html, Has.Length.LessThan(1_500_000));
        Assert.That(Regex.Count(html, " id=\"inputs-"), Is.EqualTo(12));
        Assert.That(html, Does.Contain("1,488 more features are not shown. The JSON report contains all features."));
    }

    [Test]
    public void The_page_names_no_address_outside() => Assert.That(
        Regex.Matches(TestReports.Drifted().ToHtml(), "(https?:|url\\(|@import|//)[^\"]*").Select(static match => match.Value).Distinct(),
        Is.EqualTo(new[] { "http://www.w3.org/2000/svg" }));

    [Test]
    public void Hostile_texts_do_not_change_the_structure_of_Markdown()
    {
        var lines = TestReports.Hostile().ToMarkdown().Split('\n');

        Assert.That(lines.Count(static line => line.StartsWith("# ", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(lines.Count(static line => line.TrimStart().StartsWith("```", StringComparison.Ordinal)) % 2, Is.Zero);
        Assert.That(lines.Where(static line => line.Contains("<script", StringComparison.Ordinal) && !IsEscaped(line)), Is.Empty);
        var widths = lines.Where(static line => line.StartsWith('|')).Select(static line => Regex.Count(line, @"(?<!\\)\|"));
        Assert.That(widths.Distinct().Order(), Is.EqualTo(new[] { 3, 5, 6, 7, 9 }));

        // The lines of code are in a block and contain the name of the model as a literal.
        static bool IsEscaped(string line) =>
            line.StartsWith("   await ", StringComparison.Ordinal) || Regex.Count(line, "<script") == Regex.Count(line, @"\\<script");
    }

    [Test]
    public void The_outputs_depend_only_on_the_report()
    {
        var report = TestReports.Drifted();

        Assert.That(
            (report.ToHtml(), report.ToMarkdown(), report.ToJson()),
            Is.EqualTo((TestReports.Drifted().ToHtml(), TestReports.Drifted().ToMarkdown(), TestReports.Drifted().ToJson())));
    }

    [Test]
    public void A_segment_within_chance_is_not_recommended()
    {
        var result = new QualityResult
        {
            Predictions = 100,
            Outcomes = 100,
            Metrics = new Dictionary<string, QualityEstimate> { ["accuracy"] = new(0.5, 0.4, 0.6) },
            Segments =
            [
                new SegmentQuality
                {
                    Feature = "city", Value = "Bonn", Rows = 3, Metric = "accuracy", Estimate = new QualityEstimate(0, 0, 0.7), WorseBy = -0.2,
                },
            ],
        };
        var report = TestReports.WithQuality(0.9, 0.5, 0.1, last: result);

        Assert.That(report.NextSteps, Has.None.Contains("Bonn"));
        Assert.That(report.ToHtml(), Does.Contain("Bonn").And.Contain("can be chance"));
    }

    private static TestCaseData Case(MonitoringReport report, ReportVerdict verdict, string headline) =>
        new TestCaseData(report, verdict, headline).SetArgDisplayNames(headline);
}
