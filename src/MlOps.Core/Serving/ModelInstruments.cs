using System.Diagnostics;
using System.Diagnostics.Metrics;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Records spans of loads, and metrics of loads and predictions.</summary>
internal sealed class ModelInstruments
{
    private static readonly ActivitySource s_activities = new(MlOpsDiagnostics.ActivitySourceName);
    private static readonly Lazy<Meter> s_warmUpMeter = new(CreateWarmUpMeter);
    private static readonly Lazy<ModelInstruments> s_forWarmUp = new(static () => new ModelInstruments(WarmUpMeter, static () => []));
    private readonly Histogram<double> _loads;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _predictions;

    public ModelInstruments(IMeterFactory meters, Func<IEnumerable<ModelStatus>> statuses)
        : this(meters.Create(MlOpsDiagnostics.MeterName), statuses)
    {
    }

    private ModelInstruments(Meter meter, Func<IEnumerable<ModelStatus>> statuses)
    {
        _loads = meter.CreateHistogram<double>(
            MlOpsDiagnostics.ModelLoadDuration, "s", "The time to fetch, verify, load, check and warm up a version.");
        _durations = meter.CreateHistogram<double>(
            MlOpsDiagnostics.ModelPredictionDuration, "s", "The duration of a prediction call of one or more rows.");
        _predictions = meter.CreateCounter<long>(MlOpsDiagnostics.ModelPredictions, "{prediction}", "The number of predicted rows.");
        meter.CreateObservableGauge(
            MlOpsDiagnostics.ModelReadyVersion,
            () => statuses().Where(static status => status.ReadyVersion is not null)
                .Select(static status => new Measurement<int>(
                    status.ReadyVersion!.Value, new KeyValuePair<string, object?>(MlOpsDiagnostics.ModelAttribute, status.Name))),
            "{version}",
            "The number of the current version.");
    }

    /// <summary>Gets the meter for warm-ups. It is not exported. Its instruments are enabled, so that the warm-up compiles the code for measuring.</summary>
    public static Meter WarmUpMeter => s_warmUpMeter.Value;

    /// <summary>Gets the instruments for warm-ups.</summary>
    public static ModelInstruments ForWarmUp => s_forWarmUp.Value;

    /// <summary>Gets a value indicating whether a listener collects measurements of predictions.</summary>
    public bool IsMeasuringPredictions => _predictions.Enabled || _durations.Enabled;

    public void RecordPredictions(string model, long timestamp, int predicted, int rejected, Exception? failure)
    {
        var tags = new TagList { { MlOpsDiagnostics.ModelAttribute, model } };
        AddRows(predicted, "answered");
        AddRows(rejected, "rejected");
        if (failure is not null)
        {
            AddRows(1, "failed");
            tags.Add(MlOpsDiagnostics.ErrorTypeAttribute, failure.GetType().FullName);
        }

        _durations.Record(Stopwatch.GetElapsedTime(timestamp).TotalSeconds, tags);

        void AddRows(int count, string outcome)
        {
            if (count > 0)
            {
                _predictions.Add(count, new(MlOpsDiagnostics.ModelAttribute, model), new(MlOpsDiagnostics.OutcomeAttribute, outcome));
            }
        }
    }

    private static Meter CreateWarmUpMeter()
    {
        var meter = new Meter($"{MlOpsDiagnostics.MeterName}.WarmUp");
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.Start();
        return meter;
    }

    public Load StartLoad(string model, ModelVersion version) => new(this, model, version);

    /// <summary>Measures the load of one version from its creation to its disposal.</summary>
    internal sealed class Load : IDisposable
    {
        private readonly ModelInstruments _instruments;
        private readonly string _model;
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly Activity? _activity;
        private string? _error;

        public Load(ModelInstruments instruments, string model, ModelVersion version)
        {
            _instruments = instruments;
            _model = model;
            _activity = s_activities.StartActivity("model load");
            _activity?.SetTag(MlOpsDiagnostics.ModelAttribute, model).SetTag(MlOpsDiagnostics.ModelVersionAttribute, version.Number);
        }

        public void Fail(Exception exception)
        {
            _error = exception.GetType().FullName;
            _activity?.SetStatus(ActivityStatusCode.Error, exception.Message).SetTag(MlOpsDiagnostics.ErrorTypeAttribute, _error);
        }

        public void Dispose()
        {
            var tags = new TagList { { MlOpsDiagnostics.ModelAttribute, _model } };
            if (_error is not null)
            {
                tags.Add(MlOpsDiagnostics.ErrorTypeAttribute, _error);
            }

            _instruments._loads.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            _activity?.Dispose();
        }
    }
}
