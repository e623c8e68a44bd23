using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;

namespace MlOps.Storage;

[NonParallelizable]
public sealed class InstrumentedArtifactStoreTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("folder/artifact");
    private ServiceProvider _services = null!;
    private IArtifactStore _store = null!;
    private MetricCollector<double> _durations = null!;
    private MetricCollector<long> _bytes = null!;

    [SetUp]
    public void CreateStore()
    {
        _services = new ServiceCollection()
            .AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging())
            .AddMlOps(static options => options.Storage.Provider = "Memory").Services.BuildServiceProvider();
        _store = _services.GetRequiredService<IArtifactStore>();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _durations = new MetricCollector<double>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.ArtifactOperationDuration);
        _bytes = new MetricCollector<long>(meters, MlOpsDiagnostics.MeterName, MlOpsDiagnostics.ArtifactIo);
    }

    [TearDown]
    public void DisposeServices()
    {
        _durations.Dispose();
        _bytes.Dispose();
        _services.Dispose();
    }

    [Test]
    public async Task Each_operation_records_its_duration()
    {
        await _store.WriteTextAsync(s_path, "content");
        await _store.ReadTextAsync(s_path);
        await _store.FindAsync(s_path);
        await _store.ListAsync().ToListAsync();
        await _store.DeleteAsync(s_path);

        var measurements = _durations.GetMeasurementSnapshot();
        Assert.That(measurements.Select(static m => m.Tags[MlOpsDiagnostics.OperationAttribute]), Is.EqualTo(["write", "read", "find", "list", "delete"]));
        Assert.That(measurements.Select(static m => m.Tags[MlOpsDiagnostics.StoreAttribute]), Is.All.EqualTo("Memory"));
        Assert.That(_durations.Instrument!.Unit, Is.EqualTo("s"));
    }

    [Test]
    public async Task Bytes_are_counted_each_way()
    {
        await _store.WriteTextAsync(s_path, "content");
        await using (var content = await _store.OpenReadAsync(s_path))
        {
            await content.Stream.CopyToAsync(Stream.Null);
        }

        await _store.ReadTextAsync(s_path);

        Assert.That(
            _bytes.GetMeasurementSnapshot().Select(static m => (m.Value, m.Tags[MlOpsDiagnostics.DirectionAttribute])),
            Is.EqualTo(new (long, object?)[] { (7, "write"), (7, "read"), (7, "read") }));
    }

    [Test]
    public async Task A_failure_is_a_measurement_with_its_type_and_a_span_with_error_status()
    {
        using var spans = new SpanCollector();

        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => _store.OpenReadAsync(s_path));

        Assert.That(_durations.LastMeasurement!.Tags[MlOpsDiagnostics.ErrorTypeAttribute], Is.EqualTo(typeof(ArtifactNotFoundException).FullName));
        Assert.That(spans.Single().Status, Is.EqualTo(ActivityStatusCode.Error));
    }

    [Test]
    public async Task A_span_names_store_operation_and_path()
    {
        using var spans = new SpanCollector();

        await _store.WriteTextAsync(s_path, "content");

        var span = spans.Single();
        Assert.That(span.OperationName, Is.EqualTo("artifact write"));
        Assert.That(span.TagObjects, Is.SupersetOf(new KeyValuePair<string, object?>[]
        {
            new(MlOpsDiagnostics.StoreAttribute, "Memory"),
            new(MlOpsDiagnostics.OperationAttribute, "write"),
            new(MlOpsDiagnostics.PathAttribute, "folder/artifact"),
        }));
    }

    [Test]
    public async Task A_read_that_ends_within_another_span_leaves_that_one_current()
    {
        using var spans = new SpanCollector();
        await _store.WriteTextAsync(s_path, "content");
        var content = await _store.OpenReadAsync(s_path);
        using var other = new Activity("other").Start();

        await content.DisposeAsync();

        Assert.That(Activity.Current, Is.SameAs(other));
    }

    [Test]
    public async Task Background_polling_gives_SDK_clients_an_unsampled_parent()
    {
        using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        Activity? seen;

        using (BackgroundPolling.Begin())
        {
            await _store.FindAsync(s_path);
            await _store.ListAsync().ToListAsync();
            seen = Activity.Current;
        }

        Assert.That((seen!.Recorded, seen.TraceId == request.TraceId), Is.EqualTo((false, false)));
        Assert.That(Activity.Current, Is.SameAs(request));
        Assert.That(_durations.GetMeasurementSnapshot(), Is.Empty);
        await _store.FindAsync(s_path);
        Assert.That(_durations.GetMeasurementSnapshot(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_path_is_never_a_metrics_attribute()
    {
        await _store.WriteTextAsync(s_path, "content");

        Assert.That(_durations.LastMeasurement!.Tags.Keys, Does.Not.Contain(MlOpsDiagnostics.PathAttribute));
    }

    [Test]
    public async Task Changes_are_logged_at_debug()
    {
        await _store.WriteTextAsync(s_path, "content");
        await _store.DeleteAsync(s_path);

        var records = _services.GetFakeLogCollector().GetSnapshot();
        Assert.That(records.Select(static record => (record.Id.Id, record.Level)), Is.EqualTo([(101, LogLevel.Debug), (102, LogLevel.Debug)]));
        Assert.That(records[0].Message, Is.EqualTo("Wrote 'folder/artifact' to store 'Memory': 7 bytes."));
    }

    [Test]
    public void A_capability_of_the_inner_store_is_reached_through_it() =>
        Assert.That(_store.GetService<InMemoryArtifactStore>(), Is.Not.Null);

    private sealed class SpanCollector : IDisposable
    {
        private readonly Activity _root = new Activity("test").Start();
        private readonly List<Activity> _spans = [];
        private readonly ActivityListener _listener;

        public SpanCollector()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name == MlOpsDiagnostics.ActivitySourceName,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = span =>
                {
                    if (span.TraceId == _root.TraceId)
                    {
                        _spans.Add(span);
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity Single() => _spans.Single();

        public void Dispose()
        {
            _listener.Dispose();
            _root.Dispose();
        }
    }
}
