using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Evaluation;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Windows;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.Monitoring;

public sealed class ModelMonitorTests
{
    private static readonly Dictionary<string, string?> s_immediate = new()
    {
        ["MlOps:Models:churn:Monitoring:Alerts:RaiseAfter"] = "1",
        ["MlOps:Models:churn:Monitoring:Alerts:ResolveAfter"] = "1",
        ["MlOps:Models:churn:Monitoring:Quality:PositiveClass"] = "yes",
        ["MlOps:Models:churn:Monitoring:Log:SampleRate"] = "1",
    };

    [Test]
    public async Task Drift_raises_an_alert_and_its_end_resolves_the_alert()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        var version = await service.RegisterAsync();

        service.PredictMany(version, youngest: 20);
        var healthy = await EvaluateNextAsync(service);
        service.PredictMany(version, youngest: 60);
        var drifted = await EvaluateNextAsync(service);
        service.PredictMany(version, youngest: 20);
        var recovered = await EvaluateNextAsync(service);

        Assert.That(healthy, Is.Empty);
        Assert.That(drifted.Select(static alert => alert.Key), Is.EqualTo(["drift"]));
        Assert.That(recovered, Is.Empty);
        Assert.That(await HistoryAsync(service), Is.EqualTo(["alertRaised", "alertResolved"]));
    }

    [Test]
    public async Task Two_instances_evaluate_the_predictions_of_both_and_raise_one_alert()
    {
        var clock = MonitoredService.NewClock();
        await using var one = new MonitoredService(clock, settings: s_immediate);
        await using var other = new MonitoredService(clock, one.Store, s_immediate);
        var version = await one.RegisterAsync();
        one.PredictMany(version, youngest: 60);
        other.PredictMany(version, youngest: 60, count: 200);
        await one.Monitor.EvaluateAsync(MonitoredService.Model);
        await other.Monitor.EvaluateAsync(MonitoredService.Model);

        clock.Advance(TimeSpan.FromHours(1));
        var alerts = await Task.WhenAll(one.Monitor.EvaluateAsync(MonitoredService.Model), other.Monitor.EvaluateAsync(MonitoredService.Model));

        Assert.That(alerts[0].Concat(alerts[1]).Select(static alert => alert.Key).Distinct(), Is.EqualTo(["drift"]));
        Assert.That(await HistoryAsync(one), Is.EqualTo(["alertRaised"]));
        Assert.That((await one.Monitor.CreateReportAsync(MonitoredService.Model)).Period.Predictions, Is.EqualTo(600));
    }

    [Test]
    public async Task Late_outcomes_change_the_quality_of_a_past_window_and_the_alert()
    {
        var settings = new Dictionary<string, string?>(s_immediate) { ["MlOps:Models:churn:Monitoring:Alerts:Quality:accuracy:AtLeast"] = "0.9" };
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: settings);
        var predictions = service.PredictMany(await service.RegisterAsync(), youngest: 20);
        var before = await EvaluateNextAsync(service);
        service.Clock.Advance(TimeSpan.FromDays(2));

        // Three of four predictions are right.
        await Task.WhenAll(predictions.Select((prediction, index) => service.Monitor.RecordOutcomeAsync(
            MonitoredService.Model, prediction.Id, (prediction.Age >= 40) == (index % 4 != 0) ? "yes" : "no")));
        var after = await service.Monitor.EvaluateAsync(MonitoredService.Model);

        var quality = (await service.Monitor.CreateReportAsync(MonitoredService.Model)).Quality.Single().Value;
        Assert.That(before, Is.Empty);
        Assert.That(after.Select(static alert => alert.Key), Is.EqualTo(["quality:accuracy"]));
        Assert.That((quality.Metrics["accuracy"].Value, quality.Outcomes, quality.Coverage), Is.EqualTo((0.75, 400, 1)));
    }

    [Test]
    public async Task A_report_compares_the_period_with_the_baseline()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        var version = await service.RegisterAsync();
        service.PredictMany(version, youngest: 60);
        service.Predict(version, age: 141, isRejected: true);

        var report = await service.Monitor.CreateReportAsync(MonitoredService.Model);

        Assert.That((report.Period.Predictions, report.Period.Rejected, report.Period.Version), Is.EqualTo((401, 1, 1)));
        Assert.That(report.InputDrift!.Features.Single().Verdict, Is.EqualTo(DriftVerdict.Drifted));
        Assert.That(report.OutputDrift!.Drifted, Is.GreaterThan(0));
        Assert.That(report.ToString(), Is.Not.Null);
    }

    [Test]
    public async Task A_version_without_a_baseline_has_no_drift_and_no_alert()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(hasBaseline: false), youngest: 60);

        var alerts = await EvaluateNextAsync(service);

        Assert.That(alerts, Is.Empty);
        Assert.That((await service.Monitor.CreateReportAsync(MonitoredService.Model)).InputDrift, Is.Null);
    }

    [Test]
    public async Task An_evaluation_without_changes_writes_nothing()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(), youngest: 20);
        await EvaluateNextAsync(service);
        var first = await service.ReadEvaluationAsync();

        await service.Monitor.EvaluateAsync(MonitoredService.Model);

        Assert.That(await service.ReadEvaluationAsync(), Is.EqualTo(first));
    }

    [Test]
    public async Task A_damaged_evaluation_is_reported_and_computed_again()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(), youngest: 60);
        await EvaluateNextAsync(service);
        var (path, _) = await service.ReadEvaluationAsync();
        await service.Store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes("{ \"format\": 1, \"model\":")));

        await service.Monitor.EvaluateAsync(MonitoredService.Model);

        Assert.That(service.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains($"'{path}' is damaged"));
        Assert.That(await service.Store.ReadTextAsync(path), Does.Contain("\"predictions\":400"));
    }

    [Test]
    public async Task An_open_window_is_evaluated_only_on_request()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(), youngest: 60);

        var without = await service.Monitor.EvaluateAsync(MonitoredService.Model);
        var with = await service.Monitor.EvaluateAsync(MonitoredService.Model, includeOpen: true);

        Assert.That((without.Count, with.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task The_service_evaluates_a_window_after_its_end_and_the_delay()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(), youngest: 60);
        var background = service.Get<IEnumerable<IHostedService>>().OfType<MonitoringService>().Single();
        service.Get<MonitoredModels>().Find(new()
        {
            ServedAs = MonitoredService.Model,
            Version = new() { Metadata = (await service.Get<IModelRegistry>().FindAsync(MonitoredService.Model))!.Versions[0], Folder = "/" },
            Signature = new() { Inputs = [], Outputs = [] },
        });

        await background.RunOnceAsync(CancellationToken.None);
        var during = await HistoryAsync(service);
        service.Clock.Advance(TimeSpan.FromMinutes(65));
        await background.RunOnceAsync(CancellationToken.None);

        Assert.That(during, Is.Empty);
        Assert.That(await HistoryAsync(service), Is.EqualTo(["alertRaised"]));
    }

    [Test]
    public async Task A_dataset_contains_the_predictions_with_an_outcome()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        var predictions = service.PredictMany(await service.RegisterAsync(), youngest: 20, count: 10);
        await service.Monitor.ImportOutcomesAsync(
            MonitoredService.Model, RowSource.From(predictions.Take(4).Select(static item => new { prediction_id = item.Id.ToString(), actual = "yes" })));

        var now = service.Clock.GetUtcNow();
        var dataset = await service.Monitor.CreateDatasetAsync(MonitoredService.Model, "churn-recent", now.AddDays(-1), now.AddDays(1));

        Assert.That(dataset.Description, Does.StartWith("4 predictions"));
    }

    [Test]
    public async Task An_unknown_model_is_an_error_that_names_it()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock());

        Assert.That(
            () => service.Monitor.EvaluateAsync("chrun"), Throws.TypeOf<VersionNotFoundException>().With.Message.Contains("'chrun'"));
    }

    [Test]
    public async Task A_rule_on_an_unknown_metric_is_reported_once_with_the_nearest_one()
    {
        var settings = new Dictionary<string, string?>(s_immediate) { ["MlOps:Models:churn:Monitoring:Alerts:Quality:acuracy:AtLeast"] = "0.9" };
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: settings);
        var predictions = service.PredictMany(await service.RegisterAsync(), youngest: 20);
        await Task.WhenAll(predictions.Select(item => service.Monitor.RecordOutcomeAsync(MonitoredService.Model, new Outcome(item.Id, "yes"))));

        await EvaluateNextAsync(service);
        await service.Monitor.EvaluateAsync(MonitoredService.Model);

        Assert.That(
            service.Logs.GetSnapshot().Where(static record => record.Level == LogLevel.Warning && record.Message.Contains("acuracy", StringComparison.Ordinal))
                .Select(static record => record.Message),
            Is.EqualTo([service.Logs.GetSnapshot().First(static record => record.Message.Contains("'accuracy'", StringComparison.Ordinal)).Message]));
    }

    [Test]
    public async Task Changed_settings_apply_to_windows_that_were_evaluated_before()
    {
        var clock = MonitoredService.NewClock();
        await using var before = new MonitoredService(clock, settings: s_immediate);
        before.PredictMany(await before.RegisterAsync(), youngest: 30);
        var drifted = await EvaluateNextAsync(before);
        var settings = new Dictionary<string, string?>(s_immediate)
        {
            ["MlOps:Models:churn:Monitoring:Drift:NumericThreshold"] = "0.9",
            ["MlOps:Models:churn:Monitoring:Drift:CategoryThreshold"] = "0.9",
            ["MlOps:Models:churn:Monitoring:Quality:PositiveClass"] = "no",
        };
        await using var after = new MonitoredService(clock, before.Store, settings);

        await after.Monitor.EvaluateAsync(MonitoredService.Model);

        var evaluation = await after.Store.ReadTextAsync((await after.ReadEvaluationAsync()).Path);
        Assert.That(drifted.Select(static alert => alert.Key), Is.EqualTo(["drift"]));
        Assert.That(evaluation, Does.Contain("\"positiveClass\":\"no\"").And.Not.Contain("\"verdict\":\"Drifted\""));
    }

    [Test]
    public async Task Predictions_that_another_instance_logs_after_the_evaluation_are_counted_by_the_next_one()
    {
        var clock = MonitoredService.NewClock();
        await using var one = new MonitoredService(clock, settings: s_immediate);
        await using var other = new MonitoredService(clock, one.Store, s_immediate);
        var version = await one.RegisterAsync();
        one.PredictMany(version, youngest: 20, count: 100);
        await one.Monitor.EvaluateAsync(MonitoredService.Model);
        clock.Advance(TimeSpan.FromMinutes(58));
        other.PredictMany(version, youngest: 20, count: 300);
        await other.Get<PredictionCollector>().FlushAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromMinutes(4)); // Log:MaxFileAge is 5 minutes
        await one.Monitor.EvaluateAsync(MonitoredService.Model);
        var early = await one.Store.ReadTextAsync((await one.ReadEvaluationAsync()).Path);
        await other.Get<PredictionLog>().FlushAsync(CancellationToken.None);

        await one.Monitor.EvaluateAsync(MonitoredService.Model);

        var late = await one.Store.ReadTextAsync((await one.ReadEvaluationAsync()).Path);
        Assert.That(early, Does.Contain("\"quality\":{\"predictions\":100,"));
        Assert.That(late, Does.Contain("\"quality\":{\"predictions\":400,"));
    }

    [Test]
    public async Task A_report_does_not_wait_for_a_store_that_refuses_writes()
    {
        var store = new FlakyStore(new InMemoryArtifactStore());
        await using var service = new MonitoredService(MonitoredService.NewClock(), store, s_immediate);
        var version = await service.RegisterAsync();
        service.PredictMany(version, youngest: 20);
        await service.Monitor.EvaluateAsync(MonitoredService.Model);
        service.PredictMany(version, youngest: 20);
        store.BeforeWrite = static _ => throw FlakyStore.Failure;

        var creation = service.Monitor.CreateReportAsync(MonitoredService.Model);
        while (!creation.IsCompleted)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        var report = await creation;
        store.BeforeWrite = static _ => { };
        Assert.That(report.Period.Predictions, Is.EqualTo(400));
        Assert.That(service.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.StartsWith("The prediction log could not be written within"));
    }

    [Test]
    public async Task A_report_is_about_the_latest_version_that_is_not_deleted()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        service.PredictMany(await service.RegisterAsync(), youngest: 20);
        await EvaluateNextAsync(service);
        service.PredictMany(await service.RegisterAsync(), youngest: 20);
        await EvaluateNextAsync(service);
        await service.Get<IModelRegistry>().SetAliasAsync(MonitoredService.Model, "production", 1);
        await service.Get<IModelRegistry>().DeleteVersionAsync(MonitoredService.Model, 2, "It was wrong.");

        var report = await service.Monitor.CreateReportAsync(MonitoredService.Model);

        Assert.That((report.Period.Version, report.OtherVersions.Single().Version), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Windows_of_different_lengths_that_overlap_each_have_their_predictions()
    {
        var clock = MonitoredService.NewClock();
        await using var hourly = new MonitoredService(clock, settings: s_immediate);
        await using var quarterly = new MonitoredService(
            clock, hourly.Store, new(s_immediate) { ["MlOps:Models:churn:Monitoring:Windows:Length"] = "00:15:00" });
        var version = await hourly.RegisterAsync();
        clock.Advance(TimeSpan.FromMinutes(20));
        quarterly.PredictMany(version, youngest: 20, count: 3);
        clock.Advance(TimeSpan.FromMinutes(20));
        hourly.PredictMany(version, youngest: 20, count: 5);
        await quarterly.Monitor.EvaluateAsync(MonitoredService.Model);

        var report = await hourly.Monitor.CreateReportAsync(MonitoredService.Model);

        Assert.That(
            report.Quality.Select(static item => (item.Key.TimeOfDay.TotalMinutes, item.Value.Predictions)), Is.EqualTo([(720.0, 5L), (735.0, 3L)]));
    }

    [TestCase("chrun")]
    [TestCase("churn/2026")]
    public async Task An_outcome_of_an_unknown_model_is_an_error(string model)
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        await service.RegisterAsync();

        Assert.That(
            () => service.Monitor.RecordOutcomeAsync(model, new Outcome(Guid.NewGuid(), 1)), Throws.InstanceOf<Exception>().With.Message.Contains(model));
        Assert.That(await service.Store.ListAsync(ArtifactPath.Parse("outcomes")).AnyAsync(), Is.False);
    }

    [Test]
    public async Task The_service_evaluates_after_the_clock_was_ahead()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        var version = await service.RegisterAsync();
        var clock = new JumpingClock(service.Clock.GetUtcNow());
        var monitor = new CountingMonitor();
        var background = CreateService(service, version, monitor, clock);
        await background.RunOnceAsync(CancellationToken.None);
        clock.Jump = TimeSpan.FromDays(365);
        await background.RunOnceAsync(CancellationToken.None);
        clock.Jump = TimeSpan.Zero;
        await background.RunOnceAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(1));

        await background.RunOnceAsync(CancellationToken.None);

        Assert.That(monitor.Evaluations, Is.EqualTo(4));
    }

    [Test]
    public async Task The_service_repeats_a_failed_evaluation_after_a_minute()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: s_immediate);
        var monitor = new CountingMonitor { Failure = FlakyStore.Failure };
        var background = CreateService(service, await service.RegisterAsync(), monitor, service.Clock);
        var counts = new List<int>();
        await background.RunOnceAsync(CancellationToken.None);
        monitor.Failure = null;
        foreach (var seconds in new[] { 15, 50, 60 })
        {
            service.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await background.RunOnceAsync(CancellationToken.None);
            counts.Add(monitor.Evaluations);
        }

        Assert.That(counts, Is.EqualTo([1, 2, 2]));
    }

    [Test]
    public async Task An_outcome_of_several_rows_of_one_call_is_not_used_and_reported()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock());
        var version = new ObservedVersion
        {
            ServedAs = MonitoredService.Model,
            Version = new() { Metadata = await service.RegisterAsync(hasBaseline: false), Folder = Path.GetTempPath() },
            Signature = new()
            {
                Inputs = [new() { Name = "x", Type = FeatureType.Float32, Shape = [null, 1] }],
                Outputs = [new() { Name = "Score", Type = FeatureType.Float32, Shape = [null, 1] }],
            },
        };
        using var observer = service.Get<PredictionCollector>().CreateForTensors(version)!;
        foreach (var rows in new[] { 3, 1 })
        {
            var tensor = new ModelTensor(Enumerable.Repeat(5f, rows).ToArray(), [rows, 1]);
            var output = new Dictionary<string, ModelTensor> { ["Score"] = tensor };
            var prediction = new Prediction<IReadOnlyDictionary<string, ModelTensor>>(output, version.Version, Guid.NewGuid(), []);
            observer.Observe(new Dictionary<string, ModelTensor> { ["x"] = tensor }, in prediction, 100);
            await service.Monitor.RecordOutcomeAsync(MonitoredService.Model, new Outcome(prediction.Id, 6));
        }

        var quality = (await service.Monitor.CreateReportAsync(MonitoredService.Model)).Quality.Single().Value;

        Assert.That((quality.Predictions, quality.Outcomes), Is.EqualTo((4, 1)));
        Assert.That(quality.Warnings, Has.Some.StartsWith("3 predictions have an outcome that was not used"));
    }

    [TestCase("MlOps:Models:churn:Monitoring:EvaluationDelay", "-00:01:00")]
    [TestCase("MlOps:Models:churn:Monitoring:OutcomeDelay", "00:00:01")]
    [TestCase("MlOps:Models:churn:Monitoring:Windows:Length", "00:00:01")]
    [TestCase("MlOps:Models:churn:Monitoring:Windows:ProfileSampleRate", "2")]
    [TestCase("MlOps:Models:churn:Monitoring:Drift:Significance", "0.9")]
    [TestCase("MlOps:Models:churn:Monitoring:Log:SampleRate", "1.5")]
    [TestCase("MlOps:Models:churn:Monitoring:Quality:TopK", "0")]
    [TestCase("MlOps:Models:churn:Monitoring:Alerts:Drift:AtMost", "2")]
    public void A_setting_out_of_range_is_an_error_with_its_path(string path, string value)
    {
        var service = new MonitoredService(MonitoredService.NewClock(), settings: new() { [path] = value });

        Assert.That(
            () => service.Get<IOptionsMonitor<MonitoringOptions>>().Get("churn"),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains(path));
    }

    [Test]
    public async Task The_section_of_a_model_overrides_the_section_of_all_models()
    {
        await using var service = new MonitoredService(MonitoredService.NewClock(), settings: new()
        {
            ["MlOps:Monitoring:Windows:Length"] = "00:10:00",
            ["MlOps:Monitoring:Windows:Checkpoint"] = "00:00:30",
            ["MlOps:Models:churn:Monitoring:Windows:Length"] = "00:20:00",
        });
        var options = service.Get<IOptionsMonitor<MonitoringOptions>>();

        Assert.That(options.Get("churn").Windows.Length, Is.EqualTo(TimeSpan.FromMinutes(20)));
        Assert.That(options.Get("churn").Windows.Checkpoint, Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(options.Get("other").Windows.Length, Is.EqualTo(TimeSpan.FromMinutes(10)));
    }

    private static MonitoringService CreateService(MonitoredService service, ModelVersion version, IModelMonitor monitor, TimeProvider clock)
    {
        service.Get<MonitoredModels>().Find(new()
        {
            ServedAs = MonitoredService.Model,
            Version = new() { Metadata = version, Folder = "/" },
            Signature = new() { Inputs = [], Outputs = [] },
        });
        return new MonitoringService(
            service.Get<MonitoredModels>(), service.Get<MonitoringInstance>(), monitor, service.Get<WindowStore>(), service.Get<WindowMaintenance>(),
            service.Get<EvaluationStore>(), service.Get<LogRetention>(), service.Get<OutcomeCompaction>(), clock, NullLogger<MonitoringService>.Instance);
    }

    private static async Task<IReadOnlyList<ModelAlert>> EvaluateNextAsync(MonitoredService service)
    {
        await service.Monitor.EvaluateAsync(MonitoredService.Model); // stores the predictions in the window of their time
        service.Clock.Advance(TimeSpan.FromHours(7)); // longer than the cool-down
        return await service.Monitor.EvaluateAsync(MonitoredService.Model);
    }

    private static async Task<List<string>> HistoryAsync(MonitoredService service) => await service.Get<IModelRegistry>()
        .ReadHistoryAsync(MonitoredService.Model).Select(static item => item.Kind).Where(static kind => kind.StartsWith("alert", StringComparison.Ordinal))
        .ToListAsync();
}
