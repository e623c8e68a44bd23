using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Testing;

namespace MlOps.Metrics;

[NonParallelizable]
public sealed class MeterSinkTests : MetricsSinkConformance, IDisposable
{
    private ServiceProvider? _services;
    private readonly List<MetricDataPoint> _shown = [];
    private MeterListener? _listener;

    protected override bool KeepsSteps => false;

    protected override bool KeepsTimes => false;

    protected override IMetricsSink CreateSink() => Create(new MeterSinkOptions());

    protected override Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync() => Task.FromResult<IReadOnlyList<MetricDataPoint>>(_shown);

    [TearDown]
    public void StopListening()
    {
        _listener?.Dispose();
        _services?.Dispose();
    }

    public void Dispose() => StopListening();

    [Test]
    public async Task Series_beyond_the_limit_become_one()
    {
        var sink = Create(new MeterSinkOptions { MaxSeries = 3 });

        for (var fold = 0; fold < 10; fold++)
        {
            await sink.WriteAsync(
                new[] { new MetricDataPoint(new MetricSeries("loss", null, new Dictionary<string, string> { ["fold"] = $"{fold}" }), fold,
                DateTimeOffset.UnixEpoch) });
        }

        Assert.That(
            _shown.Select(static point => string.Join(',', point.Series.Tags)).Distinct(),
            Is.EqualTo(new[] { "[fold, 0]", "[fold, 1]", "[fold, 2]", "[otel.metric.overflow, True]" }));
    }

    [Test]
    public async Task Runs_of_an_experiment_are_one_series()
    {
        var sink = Create(new MeterSinkOptions { MaxSeries = 1 });

        for (var run = 0; run < 10; run++)
        {
            await sink.WriteAsync(
                new[] { new MetricDataPoint(new MetricSeries("loss", null, new Dictionary<string, string> { ["experiment"] = "iris", ["run"] = $"{run}" }),
                run, DateTimeOffset.UnixEpoch) });
        }

        Assert.That(_shown.Select(static point => string.Join(',', point.Series.Tags)).Distinct(), Is.EqualTo(new[] { "[experiment, iris]" }));
        Assert.That(_shown[^1].Value, Is.EqualTo(9));
    }

    private MeterSink Create(MeterSinkOptions options)
    {
        StopListening();
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        _shown.Clear();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MlOpsDiagnostics.RecordedMeterName && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _shown.Add(new MetricDataPoint(
            new MetricSeries(instrument.Name, instrument.Unit, tags.ToArray().ToDictionary(static tag => tag.Key, static tag => tag.Value!.ToString()!)),
                value, DateTimeOffset.UnixEpoch)));
        _listener.Start();
        return new MeterSink(meters, options);
    }
}
