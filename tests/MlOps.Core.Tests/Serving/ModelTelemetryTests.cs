using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using MlOps.Validation;

namespace MlOps.Serving;

[NonParallelizable]
public sealed class ModelTelemetryTests : ServingFixture
{
    [Test]
    public async Task Rows_are_counted_by_outcome_and_not_by_version()
    {
        var service = await StartServiceAsync();
        using var predictions = Collect<long>(service, MlOpsDiagnostics.ModelPredictions);
        using var durations = Collect<double>(service, MlOpsDiagnostics.ModelPredictionDuration);

        service.Model.Predict(new Point());
        service.Model.Predict<Point, Answer>([new Point(), new Point { X = 4711 }]);
        Assert.Throws<InvalidInputException>(() => service.Model.Predict(new Point { X = 4711 }));

        var counted = predictions.GetMeasurementSnapshot().GroupBy(static one => (string)one.Tags[MlOpsDiagnostics.OutcomeAttribute]!)
            .ToDictionary(static group => group.Key, static group => group.Sum(static one => one.Value));
        Assert.That(counted, Is.EquivalentTo(new Dictionary<string, long> { ["answered"] = 2, ["rejected"] = 2 }));
        Assert.That(durations.GetMeasurementSnapshot(), Has.Count.EqualTo(3));
        Assert.That(predictions.GetMeasurementSnapshot().SelectMany(static one => one.Tags.Keys).Distinct(),
            Is.EquivalentTo([MlOpsDiagnostics.ModelAttribute, MlOpsDiagnostics.OutcomeAttribute]));
    }

    [Test]
    public async Task Violations_are_counted_including_observed_ones()
    {
        var service = await StartServiceAsync(static options => options.OnInvalidInput = InputPolicy.Observe);
        using var violations = Collect<long>(service, MlOpsDiagnostics.ModelInputViolations);

        service.Model.Predict(new Point { X = 4711 });

        Assert.That(violations.GetMeasurementSnapshot().Single().Tags[MlOpsDiagnostics.FeatureAttribute], Is.EqualTo("x"));
    }

    [Test]
    public async Task The_current_version_is_a_gauge()
    {
        var service = await StartServiceAsync();
        using var versions = Collect<int>(service, MlOpsDiagnostics.ModelReadyVersion);

        versions.RecordObservableInstruments();

        Assert.That(versions.LastMeasurement!.Value, Is.EqualTo(1));
        Assert.That(versions.LastMeasurement.Tags[MlOpsDiagnostics.ModelAttribute], Is.EqualTo("line"));
    }

    [Test]
    public async Task A_load_records_a_span_a_duration_and_the_error()
    {
        var service = await StartServiceAsync();
        using var loads = Collect<double>(service, MlOpsDiagnostics.ModelLoadDuration);
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == MlOpsDiagnostics.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (spans)
                {
                    spans.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await service.PromoteAsync("broken");

        await Assert.ThrowsAsync<Models.ModelFormatException>(() => service.Model.ReloadAsync());

        Assert.That(loads.LastMeasurement!.Tags[MlOpsDiagnostics.ErrorTypeAttribute], Is.EqualTo("MlOps.Models.ModelFormatException"));
        var span = spans.First(static span => span.OperationName == "model load" && span.Status == ActivityStatusCode.Error);
        Assert.That(span.GetTagItem(MlOpsDiagnostics.ModelVersionAttribute), Is.EqualTo(2));
    }

    private static MetricCollector<T> Collect<T>(Service service, string name)
        where T : struct
    {
        _ = service.Model;
        return new MetricCollector<T>(service.Services.GetRequiredService<IMeterFactory>(), MlOpsDiagnostics.MeterName, name);
    }
}
