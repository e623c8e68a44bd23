using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts;

/// <summary>Decisions on alerts from windows and the last changes of the alerts.</summary>
public sealed class AlertEvaluatorTests
{
    private const int Version = 2;
    private static readonly DateTimeOffset s_start = new(2026, 5, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyDictionary<string, ModelAlert> s_none = new Dictionary<string, ModelAlert>();

    [Test]
    public void Three_windows_with_drift_raise_an_alert_whose_message_names_features_value_threshold_and_remedy()
    {
        var change = Evaluate([Drifted(0), Drifted(1), Drifted(2)]).Single();

        Assert.That(
            (change.Kind, change.Version, change.Alert!.Key, change.Alert.Value, change.Alert.Threshold, change.Alert.WindowEnd),
            Is.EqualTo((ModelEventKind.AlertRaised, (int?)Version, "drift", 0.5, 0.3, End(2))));
        Assert.That(change.Alert.Message, Is.EqualTo(
            "1 of 2 features drifted (age), a share of 0.5. The threshold is 0.3. The condition was met in each of the last 3 windows with data. "
            + "Compare both distributions in the monitoring report. Correct the source of the features if it is wrong; retrain if the change is real."));
    }

    [Test]
    public void Two_windows_or_an_interrupted_run_raise_no_alert()
    {
        Assert.That(Evaluate([Drifted(0), Drifted(1)]), Is.Empty);
        Assert.That(Evaluate([Drifted(0), Drifted(1), Stable(2), Drifted(3)]), Is.Empty);
        Assert.That(Evaluate([Drifted(0), Drifted(1), Drifted(2), Stable(3)]), Is.Empty);
    }

    [Test]
    public void The_order_of_the_windows_does_not_matter() =>
        Assert.That(Evaluate([Drifted(2), Stable(0), Drifted(3), Drifted(1)]).Single().Alert!.WindowEnd, Is.EqualTo(End(3)));

    [Test]
    public void A_window_without_enough_data_is_skipped_and_neither_raises_nor_resolves()
    {
        Assert.That(Evaluate([Drifted(0), Empty(1), Drifted(2), Empty(3), Drifted(4)]).Single().Kind, Is.EqualTo(ModelEventKind.AlertRaised));
        Assert.That(Evaluate([Drifted(0), Drifted(1), Empty(2)]), Is.Empty);
        Assert.That(Evaluate([Empty(3), Empty(4), Empty(5)], Raised(End(2))), Is.Empty);
    }

    [Test]
    public void An_active_alert_is_resolved_after_two_windows_without_the_condition()
    {
        Assert.That(Evaluate([Stable(3)], Raised(End(2))), Is.Empty);
        Assert.That(Evaluate([Stable(3), Drifted(4)], Raised(End(2))), Is.Empty);

        var change = Evaluate([Stable(3), Stable(4)], Raised(End(2))).Single();

        Assert.That((change.Kind, change.Alert!.Value, change.Alert.WindowEnd), Is.EqualTo((ModelEventKind.AlertResolved, 0.0, End(4))));
        Assert.That(change.Alert.Message, Does.EndWith("The condition was not met in each of the last 2 windows with data."));
    }

    [Test]
    public void An_alert_that_was_resolved_while_the_clock_was_ahead_is_raised_again()
    {
        var ahead = End(0).AddYears(1);

        var change = Evaluate([Drifted(3), Drifted(4), Drifted(5)], Resolved(ahead)).Single();

        Assert.That((change.Kind, change.Alert!.WindowEnd), Is.EqualTo((ModelEventKind.AlertRaised, ahead.AddTicks(1))));
        Assert.That(Evaluate([Drifted(3), Drifted(4), Drifted(5)], Raised(ahead)), Is.Empty);
    }

    [Test]
    public void An_active_alert_is_not_raised_again() => Assert.That(Evaluate([Drifted(3), Drifted(4), Drifted(5)], Raised(End(2))), Is.Empty);

    [Test]
    public void Windows_before_the_last_change_do_not_count() =>
        Assert.That(Evaluate([Stable(0), Stable(1), Stable(2), Stable(3)], Raised(End(2))), Is.Empty);

    [Test]
    public void The_next_alert_waits_for_the_cool_down()
    {
        var resolved = Resolved(End(2));

        Assert.That(Evaluate([Drifted(3), Drifted(4), Drifted(5), Drifted(6), Drifted(7)], resolved), Is.Empty);
        Assert.That(Evaluate([Drifted(6), Drifted(7), Drifted(8)], resolved).Single().Kind, Is.EqualTo(ModelEventKind.AlertRaised));
    }

    [Test]
    public void Windows_of_another_version_and_before_its_deployment_do_not_count()
    {
        AlertObservation[] windows = [Drifted(0), Drifted(1), Drifted(2) with { Version = 1 }];

        Assert.That(Evaluate(windows), Is.Empty);
        Assert.That(Evaluate([Drifted(0), Drifted(1), Drifted(2)], since: End(0)), Is.Empty);
    }

    [Test]
    public void A_window_that_has_not_ended_is_ignored() =>
        Assert.That(Evaluate([Drifted(0), Drifted(1), Drifted(2)], now: End(2).AddTicks(-1)), Is.Empty);

    [Test]
    public void A_share_at_the_threshold_raises_no_alert() =>
        Assert.That(Evaluate([Drifted(0), Drifted(1), Drifted(2)], options: new AlertOptions { Drift = { AtMost = 0.5 } }), Is.Empty);

    [Test]
    public void The_drift_of_one_feature_or_output_is_a_rule_of_its_own()
    {
        var options = new AlertOptions { Drift = { Enabled = false }, Features = { ["AGE"] = new(), ["score"] = new() { AtMost = 0.4 }, ["income"] = new() } };
        var outputs = Of(Feature("score", DriftVerdict.Drifted));
        AlertObservation[] windows = [.. Enumerable.Range(0, 3).Select(hour => Drifted(hour) with { OutputDrift = outputs })];

        var change = Evaluate(windows, options: options).Single();

        Assert.That((change.Alert!.Key, change.Alert.Value, change.Alert.Threshold), Is.EqualTo(("feature-drift:AGE", 0.35, 0.1)));
        Assert.That(change.Alert.Message, Does.StartWith("The distribution of 'age' drifted: the Jensen-Shannon distance is 0.35. The threshold is 0.1."));
    }

    [TestCase(0.85, 0.80, 0.89, "raised")]
    [TestCase(0.85, 0.80, 0.92, "skipped")]
    [TestCase(0.95, 0.88, 0.97, "none")]
    [TestCase(0.85, double.NaN, double.NaN, "raised")]
    [TestCase(double.NaN, double.NaN, double.NaN, "skipped")]
    public void A_quality_rule_compares_the_confidence_interval_with_the_bound(double value, double low, double high, string expected)
    {
        var options = new AlertOptions { Quality = { ["Accuracy"] = new() { AtLeast = 0.9 } } };
        AlertObservation[] windows = [.. Enumerable.Range(0, 3).Select(hour => Measured(hour, value, low, high))];

        var raised = Evaluate(windows, options: options);
        var resolved = Evaluate(windows, Alerts("quality", "accuracy", isActive: true, s_start), options: options);

        Assert.That(raised.Count == 1, Is.EqualTo(expected == "raised"));
        Assert.That(resolved.Count == 1, Is.EqualTo(expected == "none"));
        Assert.That(resolved.Select(static change => change.Alert!.Key), Is.All.EqualTo("quality:accuracy"));
    }

    [Test]
    public void An_upper_bound_and_an_estimated_metric_are_supported()
    {
        var options = new AlertOptions { RaiseAfter = 1, Quality = { ["rmse"] = new() { AtMost = 3 }, ["estimated.rmse"] = new() { AtMost = 3 } } };
        var quality = new QualityResult
        {
            Metrics = new Dictionary<string, QualityEstimate> { ["rmse"] = new(4, 3.5, 4.5) },
            Estimated = new Dictionary<string, QualityEstimate> { ["rmse"] = new(2, 1.5, 2.5) },
        };

        var change = Evaluate([Empty(0) with { Quality = quality }], options: options).Single();

        Assert.That((change.Alert!.Key, change.Alert.Threshold), Is.EqualTo(("quality:rmse", 3.0)));
        Assert.That(change.Alert.Message, Does.Contain("in the last window."));
    }

    [TestCase(1, 2, false)]
    [TestCase(15, 100, false)]
    [TestCase(20, 100, true)]
    [TestCase(1_050, 10_000, false)]
    [TestCase(1_100, 10_000, true)]
    public void Refusals_raise_an_alert_if_their_share_is_significantly_above_the_bound(long rejected, long predictions, bool isRaised)
    {
        AlertObservation[] windows = [.. Enumerable.Range(0, 3).Select(hour => Empty(hour) with { Predictions = predictions, Rejected = rejected })];

        Assert.That(Evaluate(windows).Count == 1, Is.EqualTo(isRaised));
    }

    [Test]
    public void The_latency_rule_is_off_until_it_has_a_bound()
    {
        AlertObservation[] windows = [.. Enumerable.Range(0, 3).Select(static hour => Empty(hour) with { LatencyP99 = 120 })];

        Assert.That(Evaluate(windows), Is.Empty);
        Assert.That(Evaluate(windows, options: new AlertOptions { LatencyP99 = { AtMost = 100 } }).Single().Alert!.Key, Is.EqualTo("latency"));
    }

    [Test]
    public void Missing_predictions_raise_an_alert_after_the_time_and_the_next_predictions_resolve_it()
    {
        var options = new AlertOptions { NoData = { After = TimeSpan.FromHours(5) } };
        AlertObservation[] windows = [Empty(0) with { Predictions = 3 }, Empty(1)];

        Assert.That(Evaluate(windows, options: options, now: End(0).AddHours(4.9)), Is.Empty);
        var raised = Evaluate(windows, options: options, now: End(0).AddHours(5)).Single();
        Assert.That(
            (raised.Kind, raised.Alert!.Key, raised.Alert.Value, raised.Alert.Threshold),
            Is.EqualTo((ModelEventKind.AlertRaised, "no-data", 5.0, 5.0)));
        Assert.That(raised.Alert.Message, Does.StartWith("The model has no predictions since 2026-05-04 01:00:00Z. The limit is 05:00:00."));

        var active = Alerts("no-data", null, isActive: true, End(5));
        Assert.That(Evaluate(windows, active, options, now: End(6)), Is.Empty);
        var resolved = Evaluate([.. windows, Empty(6) with { Predictions = 1 }], active, options, now: End(6)).Single();
        Assert.That((resolved.Kind, resolved.Alert!.WindowEnd), Is.EqualTo((ModelEventKind.AlertResolved, End(6))));
    }

    [Test]
    public void A_version_without_any_window_has_missing_predictions_since_its_deployment()
    {
        var options = new AlertOptions { NoData = { After = TimeSpan.FromHours(5) } };

        Assert.That(Evaluate([], options: options, since: s_start, now: s_start.AddHours(4)), Is.Empty);
        Assert.That(Evaluate([], options: options, since: s_start, now: s_start.AddHours(6)), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_change_by_a_process_with_a_wrong_clock_does_not_block_the_alert_on_missing_predictions()
    {
        var options = new AlertOptions { NoData = { After = TimeSpan.FromHours(5) } };
        var wrong = Alerts("no-data", null, isActive: true, s_start.AddYears(3));

        var resolved = Evaluate([Empty(0) with { Predictions = 1 }], wrong, options, now: End(0)).Single();

        Assert.That(resolved.Alert!.WindowEnd, Is.GreaterThan(s_start.AddYears(3)));
    }

    [Test]
    public void Missing_outcomes_are_counted_when_the_time_for_outcomes_is_over()
    {
        var options = new AlertOptions { NoOutcomes = { After = TimeSpan.FromHours(10), RaiseAfter = 1 } };
        AlertObservation[] windows = [Empty(0) with { Predictions = 100, Quality = new QualityResult { Predictions = 100, Outcomes = 20 } }];

        Assert.That(Evaluate(windows, options: options, now: End(9)), Is.Empty);
        var change = Evaluate(windows, options: options, now: End(10)).Single();
        Assert.That((change.Alert!.Key, change.Alert.Value, change.Alert.Threshold), Is.EqualTo(("no-outcomes", 0.2, 0.5)));
    }

    [Test]
    public void An_alert_of_a_removed_rule_is_resolved_and_an_alert_of_other_code_stays()
    {
        var alerts = new[] { Alerts("quality", "f1", isActive: true, s_start), Alerts("budget", null, isActive: true, s_start) }
            .SelectMany(static item => item).ToDictionary();

        var change = Evaluate([], alerts).Single();

        Assert.That((change.Kind, change.Alert!.Key), Is.EqualTo((ModelEventKind.AlertResolved, "quality:f1")));
    }

    [Test]
    public void Without_rules_nothing_is_raised_and_active_alerts_are_resolved()
    {
        var options = new AlertOptions { Enabled = false, NoData = { After = TimeSpan.FromHours(1) } };

        Assert.That(Evaluate([Drifted(0), Drifted(1), Drifted(2)], options: options), Is.Empty);
        Assert.That(Evaluate([Drifted(3)], Raised(End(2)), options).Single().Kind, Is.EqualTo(ModelEventKind.AlertResolved));
    }

    [Test]
    public void The_required_history_includes_the_time_of_the_rules_and_twice_their_windows()
    {
        var options = new AlertOptions { NoOutcomes = { After = TimeSpan.FromDays(7) } };

        Assert.That(AlertEvaluator.GetHistory(options, TimeSpan.FromHours(1)), Is.EqualTo(TimeSpan.FromDays(7) + TimeSpan.FromHours(7)));
    }

    /// <summary>Each window of a healthy model with one feature drifts with the level of the decision, 5 %.</summary>
    [Test]
    public void The_false_alarm_rate_of_the_default_rules_is_at_most_the_documented_rate()
    {
        const int Windows = 200_000;
        var random = new Random(20260504);
        var options = new AlertOptions();
        var (raised, alerts, recent) = (0, s_none, new Queue<AlertObservation>());
        for (var hour = 0; hour < Windows; hour++)
        {
            recent.Enqueue(Empty(hour) with
            {
                InputDrift = Of(Feature("age", random.NextDouble() < 0.05 ? DriftVerdict.Drifted : DriftVerdict.Stable)),
            });
            while (recent.Count > 7)
            {
                recent.Dequeue();
            }

            foreach (var change in Evaluate(recent, alerts, options, s_start, End(hour)))
            {
                var isActive = change.Kind == ModelEventKind.AlertRaised;
                raised += isActive ? 1 : 0;
                alerts = Alerts("drift", null, isActive, change.Alert!.WindowEnd);
            }
        }

        // The documented rate is 0.95 · 0.05³ per window. The bounds are 99.9 % of the Poisson distribution.
        const double Expected = Windows * 0.95 * 0.05 * 0.05 * 0.05;
        TestContext.Out.WriteLine($"{raised} alerts in {Windows} windows; documented: {Expected:0.0}");
        Assert.That(raised, Is.InRange(Expected - (3.3 * Math.Sqrt(Expected)), Expected + (3.3 * Math.Sqrt(Expected))));
    }

    private static IReadOnlyList<ModelChange> Evaluate(
        IEnumerable<AlertObservation> windows,
        IReadOnlyDictionary<string, ModelAlert>? alerts = null,
        AlertOptions? options = null,
        DateTimeOffset? since = null,
        DateTimeOffset? now = null) =>
        AlertEvaluator.Evaluate(options ?? new AlertOptions(), Version, since ?? s_start.AddTicks(-1), windows, alerts ?? s_none, now ?? s_start.AddDays(1));

    private static AlertObservation Empty(int hour) => new() { Version = Version, Start = s_start.AddHours(hour), End = End(hour) };

    private static AlertObservation Drifted(int hour) =>
        Empty(hour) with
        {
            InputDrift = Of(Feature("age", DriftVerdict.Drifted), Feature("income", DriftVerdict.Stable), Feature("x", DriftVerdict.TooFewValues)),
        };

    private static AlertObservation Stable(int hour) =>
        Empty(hour) with { InputDrift = Of(Feature("age", DriftVerdict.Stable), Feature("income", DriftVerdict.Stable)) };

    private static AlertObservation Measured(int hour, double value, double low, double high) => Empty(hour) with
    {
        Quality = new QualityResult { Metrics = new Dictionary<string, QualityEstimate> { ["accuracy"] = new(value, low, high) } },
    };

    private static DriftResult Of(params FeatureDrift[] features) => new() { Features = features };

    private static FeatureDrift Feature(string name, DriftVerdict verdict) =>
        new() { Feature = name, Verdict = verdict, EffectName = "Jensen-Shannon distance", Effect = 0.35, Threshold = 0.1 };

    private static DateTimeOffset End(int hour) => s_start.AddHours(hour + 1);

    private static Dictionary<string, ModelAlert> Raised(DateTimeOffset end) => Alerts("drift", null, isActive: true, end);

    private static Dictionary<string, ModelAlert> Resolved(DateTimeOffset end) => Alerts("drift", null, isActive: false, end);

    private static Dictionary<string, ModelAlert> Alerts(string rule, string? subject, bool isActive, DateTimeOffset end)
    {
        var alert = AlertSamples.WithState(new ModelAlert { Rule = rule, Subject = subject, WindowEnd = end, Message = "" }, isActive);
        return new Dictionary<string, ModelAlert> { [alert.Key] = alert };
    }
}
