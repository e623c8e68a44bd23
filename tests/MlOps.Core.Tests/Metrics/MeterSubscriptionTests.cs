using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MlOps.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MeterSubscriptionTests : IAsyncDisposable
{
    private const string MeterName = "Test.Meter";
    private readonly RecordingSink _sink = new();
    private readonly RecordingSink _meterSink = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsPipeline _pipeline;
    private readonly MeterSubscription _intake;
    private readonly Meter _meter;

    public MeterSubscriptionTests()
    {
        var options = new MetricsOptions { Meters = [MeterName], MaxSeries = 3 };
        var meters = _services.GetRequiredService<IMeterFactory>();
        _pipeline = new MetricsPipeline(_clock, options, [new("sink", _sink, new()), new("meter", _meterSink, new(), AcceptsMeters: false)]);
        _intake = new MeterSubscription(_pipeline, options, meters, _clock, NullLogger.Instance);
        _pipeline.Attach(_intake);
        _meter = meters.Create(MeterName);
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _services.DisposeAsync();
        _intake.Dispose();
        _sink.Dispose();
        _meterSink.Dispose();
    }

    [Test]
    public async Task Measurements_of_every_type_become_points_with_unit_and_tags()
    {
        _meter.CreateCounter<long>("requests", "{request}").Add(3, new KeyValuePair<string, object?>("code", 200));
        _meter.CreateHistogram<double>("duration", "s").Record(0.5);
        _meter.CreateUpDownCounter<int>("queue").Add(-2);
        _meter.CreateCounter<byte>("bytes").Add(1);
        _meter.CreateCounter<short>("shorts").Add(2);
        _meter.CreateHistogram<float>("floats").Record(0.25f);
        _meter.CreateHistogram<decimal>("decimals").Record(1.5m);
        await _pipeline.FlushAsync();

        Assert.That(
            _sink.Points.Select(static point =>
                FormattableString.Invariant($"{point.Series.Name} {point.Series.Unit} {string.Join(',', point.Series.Tags)} {point.Value}")),
            Is.EquivalentTo(
                new[] { "requests {request} [code, 200] 3", "duration s  0.5", "queue   -2", "bytes   1", "shorts   2", "floats   0.25", "decimals   1.5" }));
    }

    [Test]
    public async Task Observable_instruments_are_read_at_the_interval_even_if_one_throws()
    {
        _meter.CreateObservableGauge("broken", new Func<int>(static () => throw new InvalidOperationException()));
        _meter.CreateObservableGauge("temperature", static () => 21.5);

        _clock.Advance(TimeSpan.FromSeconds(15));
        await _pipeline.FlushAsync();

        Assert.That(_sink.Points.Select(static point => (point.Series.Name, point.Value)), Is.EqualTo(new[] { ("temperature", 21.5) }));
    }

    [Test]
    public async Task Tags_beyond_the_limit_become_one_series()
    {
        var counter = _meter.CreateCounter<long>("requests");
        for (var user = 0; user < 10; user++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("user", user));
        }

        await _pipeline.FlushAsync();

        Assert.That(
            _sink.Points.Select(static point => string.Join(',', point.Series.Tags)),
            Is.EquivalentTo(new[] { "[user, 0]", "[user, 1]", "[user, 2]" }.Concat(Enumerable.Repeat("[otel.metric.overflow, true]", 7))));
    }

    [Test]
    public async Task Meter_sinks_do_not_receive_measurements_of_meters()
    {
        _meter.CreateCounter<long>("requests").Add(1);
        _pipeline.GetMetric("loss").Record(1);
        await _pipeline.FlushAsync();

        Assert.That(_meterSink.Points.Select(static point => point.Series.Name), Is.EqualTo(new[] { "loss" }));
    }

    [Test]
    public async Task Other_meters_other_applications_and_metrics_of_the_pipeline_are_excluded()
    {
        await using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create(MeterName).CreateCounter<long>("foreign").Add(1);
        _services.GetRequiredService<IMeterFactory>().Create("Another").CreateCounter<long>("other").Add(1);
        _meter.CreateCounter<long>(MlOpsDiagnostics.MetricsDropped).Add(1);
        await _pipeline.FlushAsync();

        Assert.That(_sink.Points, Is.Empty);
    }

    [Test]
    public async Task Measurements_during_a_delivery_are_not_recorded()
    {
        var counter = _meter.CreateCounter<long>("writes");
        var busy = new RecordingSink
        {
            OnWrite = _ =>
            {
                counter.Add(1);
                return Task.CompletedTask;
            },
        };
        await using var scope = _pipeline.OpenScope(busy, "scope", 65_536, new Dictionary<string, string>());

        scope.GetMetric("loss").Record(1);
        await _pipeline.FlushAsync();
        await _pipeline.FlushAsync();

        Assert.That(_sink.Points.Select(static point => point.Series.Name), Is.EqualTo(new[] { "loss" }));
    }

    [Test]
    public void Known_tags_are_measured_without_allocation()
    {
        var counter = _meter.CreateCounter<long>("requests");
        object code = 200;
        for (var i = 0; i < 100; i++)
        {
            counter.Add(1, new("code", code), new("path", "/"));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
        {
            counter.Add(1, new("code", code), new("path", "/"));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(500));
    }
}
