using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MetricsRegistrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Empty_sections_enable_sinks()
    {
        await using var services = Build("""{ "Meter": {}, "Log": {}, "ArtifactStore": {} }""");

        Assert.That(services.GetRequiredService<MetricsPipeline>().Queues.Select(static queue => queue.Name),
            Is.EquivalentTo(new[] { "Meter", "Log", "ArtifactStore" }));
    }

    [Test]
    public async Task Without_settings_there_is_no_sink_and_recording_does_nothing()
    {
        await using var services = Build("{}");

        services.GetRequiredService<IMetricsRecorder>().GetMetric("loss").Record(1);

        Assert.That(services.GetRequiredService<MetricsPipeline>().Queues, Is.Empty);
    }

    [Test]
    public async Task One_recorded_value_reaches_all_sinks_at_once_and_several_of_a_type()
    {
        await using (var services = Build($$"""
            { "ArtifactStore": {}, "JsonLines": { "Path": {{Quote("a")}} }, "second": { "Type": "jsonlines", "Path": {{Quote("b")}}, "Include": ["auc"] } }
            """))
        {
            services.GetRequiredService<IMetricsRecorder>().GetMetric("loss").Record(0.5, 3);
            services.GetRequiredService<IMetricsRecorder>().GetMetric("auc").Record(0.9);
            await services.GetRequiredService<MetricsPipeline>().FlushAsync();

            // Measurements of the library itself, such as those of these reads, are present too.
            Assert.That(await NamesAsync(MetricsArchive.ReadAsync(services.GetRequiredService<IArtifactStore>())), Is.SupersetOf(new[] { "loss", "auc" }));
        }

        Assert.That(await NamesAsync(JsonLinesMetrics.ReadAsync(Path.Combine(_folder.Path, "a"))), Is.SupersetOf(new[] { "loss", "auc" }));
        Assert.That(await NamesAsync(JsonLinesMetrics.ReadAsync(Path.Combine(_folder.Path, "b"))), Is.EqualTo(new[] { "auc" }));
    }

    [Test]
    public async Task Custom_sink_is_enabled_by_its_name()
    {
        var sink = new RecordingSink();
        await using var services = Build(
            """{ "Statsd": { "BatchSize": 1 } }""",
            builder => builder.AddMetricsSink("Statsd", (_, name) => name == "Statsd" ? sink : throw new InvalidOperationException(name)));

        services.GetRequiredService<IMetricsRecorder>().GetMetric("loss").Record(1, 1);
        await services.GetRequiredService<MetricsPipeline>().FlushAsync();

        Assert.That(sink.Steps, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Sink_type_that_is_already_registered_is_rejected() =>
        Assert.That(() => new ServiceCollection().AddMlOps().AddMetricsSink("meter", static (_, _) => new RecordingSink()),
            Throws.ArgumentException.With.Message.Contains("'meter'"));

    [Test]
    public async Task Library_s_own_measurements_reach_the_sinks()
    {
        await using var services = Build($$"""{ "JsonLines": { "Path": {{Quote("a")}} } }""");
        var pipeline = services.GetRequiredService<MetricsPipeline>();

        await services.GetRequiredService<IArtifactStore>().WriteTextAsync(ArtifactPath.Parse("a"), "b");
        await pipeline.FlushAsync();

        Assert.That(await NamesAsync(JsonLinesMetrics.ReadAsync(Path.Combine(_folder.Path, "a"))), Does.Contain(MlOpsDiagnostics.ArtifactOperationDuration));
    }

    [Test]
    public async Task Host_that_stops_normally_loses_nothing()
    {
        var sink = new RecordingSink();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMlOps(Configure("""{ "Own": {} }""")).AddMetricsSink("Own", (_, _) => sink);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var metric = host.Services.GetRequiredService<IMetricsRecorder>().GetMetric("loss");
            for (var step = 0; step < 10_000; step++)
            {
                metric.Record(step, step);
            }

            await host.StopAsync();
            Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 10_000)));
            metric.Record(1, 10_000);
        }

        Assert.That(sink.Steps[^1], Is.EqualTo(10_000));
        Assert.That(sink.IsDisposed);
    }

    [Test]
    public async Task Pipeline_publishes_delivered_dropped_and_failed_counts()
    {
        await using var services = Build("""{ "Log": {} }""");
        var meters = services.GetRequiredService<IMeterFactory>();
        using var delivered = new MetricCollector<long>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.MetricsDelivered);
        using var dropped = new MetricCollector<long>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.MetricsDropped);
        using var failures = new MetricCollector<long>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.MetricsFailures);

        services.GetRequiredService<IMetricsRecorder>().GetMetric("loss").Record(1);
        await services.GetRequiredService<MetricsPipeline>().FlushAsync();
        delivered.RecordObservableInstruments();
        dropped.RecordObservableInstruments();
        failures.RecordObservableInstruments();

        Assert.That(delivered.LastMeasurement, Is.Not.Null);
        Assert.That(delivered.LastMeasurement!.Value, Is.EqualTo(1));
        Assert.That(delivered.LastMeasurement.Tags[MlOpsDiagnostics.SinkAttribute], Is.EqualTo("Log"));
        Assert.That(dropped.GetMeasurementSnapshot().Select(static one => one.Value), Is.EqualTo(new[] { 0, 0, 0 }));
        Assert.That(failures.LastMeasurement!.Value, Is.Zero);
    }

    [TestCase(
        """{ "x": { "Type": "y" } }""",
        "MlOps:Metrics:Sinks:x:Type is 'y', which is not registered. Registered types are 'ArtifactStore', 'JsonLines', 'Log', 'Meter'.")]
    [TestCase("""{ "Log": { "BatchSize": 0 } }""", "MlOps:Metrics:Sinks:Log:BatchSize is 0. Set it to a value from 1 to 1000000.")]
    [TestCase("""{ "Log": { "Capacity": 10 } }""", "MlOps:Metrics:Sinks:Log:Capacity is 10. Set it to a value from 5000 to 67108864.")]
    [TestCase("""{ "Log": { "SampleRate": 0 } }""", "MlOps:Metrics:Sinks:Log:SampleRate is 0. Set it to a value greater than 0 and at most 1")]
    [TestCase("""{ "Log": { "SampleRate": "NaN" } }""", "MlOps:Metrics:Sinks:Log:SampleRate is NaN.")]
    [TestCase("""{ "Log": { "FlushInterval": "00:00:00" } }""", "MlOps:Metrics:Sinks:Log:FlushInterval is 00:00:00.")]
    [TestCase("""{ "Log": { "Timeout": "2.00:00:00" } }""", "MlOps:Metrics:Sinks:Log:Timeout is 2.00:00:00.")]
    [TestCase("""{ "JsonLines": { "Path": " ", "MaxTotalSize": 0 } }""", "MlOps:Metrics:Sinks:JsonLines:Path is ' ', which is not the path of a folder.")]
    [TestCase(
        """{ "JsonLines": { "Path": " ", "MaxTotalSize": 0 } }""",
        "MlOps:Metrics:Sinks:JsonLines:MaxTotalSize is 0. Set it to a number of bytes of at least MaxFileSize (67108864).")]
    [TestCase("""{ "JsonLines": { "MaxAge": "00:00:00" } }""", "MlOps:Metrics:Sinks:JsonLines:MaxAge is 00:00:00.")]
    [TestCase("""{ "JsonLines": { "FlushToDiskInterval": "2.00:00:00" } }""", "MlOps:Metrics:Sinks:JsonLines:FlushToDiskInterval is 2.00:00:00.")]
    [TestCase("""{ "JsonLines": { "FlushToDiskInterval": "-00:00:01" } }""", "MlOps:Metrics:Sinks:JsonLines:FlushToDiskInterval is -00:00:01.")]
    [TestCase(
        """{ "JsonLines": { "maxFiles": 100 } }""",
        "'MlOps:Metrics:Sinks:JsonLines:maxFiles' is no longer a setting. Set 'MlOps:Metrics:Sinks:JsonLines:MaxTotalSize'")]
    [TestCase("""{ "JsonLines": { "MaxFileSize": 1, "MaxFileAge": "00:00:00" } }""", "MlOps:Metrics:Sinks:JsonLines:MaxFileSize is 1.")]
    [TestCase("""{ "Meter": { "MaxSeries": 0 } }""", "MlOps:Metrics:Sinks:Meter:MaxSeries is 0.")]
    [TestCase("""{ "a/b": { "Type": "Log" } }""", "'a/b' is not a valid name of a sink")]
    public void Wrong_setting_of_a_sink_is_named_with_its_value_and_remedy(string sinks, string message)
    {
        using var services = Build(sinks);

        Assert.That(() => services.GetRequiredService<IOptions<MlOpsOptions>>().Value, Throws.TypeOf<OptionsValidationException>()
            .With.Message.Contains(message));
    }

    [Test]
    public void Flush_interval_of_null_leaves_flushing_to_the_operating_system()
    {
        using var services = Build("""{ "JsonLines": { "FlushToDiskInterval": null } }""");
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value;

        Assert.That(services.GetRequiredService<IOptionsMonitor<JsonLinesSinkOptions>>().Get("JsonLines").FlushToDiskInterval, Is.Null);
    }

    [TestCase("\"WhenFull\": 7", "MlOps:Metrics:WhenFull is '7'. Set it to DropNewest or DropOldest.")]
    [TestCase("\"Capacity\": 100", "MlOps:Metrics:Capacity is 100.")]
    [TestCase("\"CollectInterval\": \"00:00:00\"", "MlOps:Metrics:CollectInterval is 00:00:00.")]
    [TestCase("\"ShutdownTimeout\": \"-00:00:01\"", "MlOps:Metrics:ShutdownTimeout is -00:00:01.")]
    [TestCase("\"MaxSeries\": 0", "MlOps:Metrics:MaxSeries is 0.")]
    [TestCase("\"Meters\": [\"\"]", "MlOps:Metrics:Meters contains an empty name.")]
    public void Wrong_setting_is_named_with_its_value_and_remedy(string setting, string message)
    {
        using var services = new ServiceCollection().AddMlOps(Parse($$"""{ "MlOps": { "Metrics": { {{setting}} } } }""")).Services.BuildServiceProvider();

        Assert.That(() => services.GetRequiredService<IOptions<MlOpsOptions>>().Value, Throws.TypeOf<OptionsValidationException>()
            .With.Message.Contains(message));
    }

    private static async Task<List<string>> NamesAsync(IAsyncEnumerable<MetricDataPoint> points) =>
        await points.Select(static point => point.Series.Name).Distinct().ToListAsync();

    private static IConfiguration Configure(string sinks) =>
        Parse($$"""{ "MlOps": { "Storage": { "Provider": "Memory" }, "Metrics": { "Sinks": {{sinks}} } } }""");

    private static IConfiguration Parse(string json) => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    private static ServiceProvider Build(string sinks, Action<MlOpsBuilder>? add = null)
    {
        var builder = new ServiceCollection().AddMlOps(Configure(sinks));
        add?.Invoke(builder);
        return builder.Services.BuildServiceProvider();
    }

    private string Quote(string folder) => System.Text.Json.JsonSerializer.Serialize(Path.Combine(_folder.Path, folder));
}
