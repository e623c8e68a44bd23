using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MlOps.Storage;

/// <summary>The span and the metrics of calls to one store.</summary>
internal sealed class StoreInstruments
{
    private static readonly ActivitySource s_activities = new(MlOpsDiagnostics.ActivitySourceName);
    private readonly string _key;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _io;

    public StoreInstruments(IMeterFactory meters, string key)
    {
        _key = key;
        var meter = meters.Create(MlOpsDiagnostics.MeterName);
        _duration = meter.CreateHistogram<double>(MlOpsDiagnostics.ArtifactOperationDuration, "s", "The duration of a call to an artifact store.");
        _io = meter.CreateCounter<long>(MlOpsDiagnostics.ArtifactIo, "By", "The content bytes that are read from and written to artifact stores.");
    }

    public Call Start(string operation, ArtifactPath? path) => new(this, operation, path);

    /// <summary>A measured call, which ends when it is disposed.</summary>
    internal sealed class Call : IDisposable
    {
        private readonly StoreInstruments _instruments;
        private readonly string _operation;
        private readonly ArtifactPath? _path;
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly bool _isBackground = BackgroundPolling.IsActive;
        private Activity? _activity;
        private bool _foundNothing;
        private string? _error;
        private bool _disposed;

        public Call(StoreInstruments instruments, string operation, ArtifactPath? path)
        {
            _instruments = instruments;
            _operation = operation;
            _path = path;
            if (!_isBackground)
            {
                StartSpan(default);
            }
        }

        /// <summary>Records that the call found nothing. Such calls of background polling are not recorded.</summary>
        public void FindNothing() => _foundNothing = true;

        public void AddBytes(long count) => _instruments._io.Add(
            count, new(MlOpsDiagnostics.StoreAttribute, _instruments._key), new(MlOpsDiagnostics.DirectionAttribute, _operation));

        public void Fail(Exception exception)
        {
            _error = exception.GetType().FullName;
            StartLateSpan();
            _activity?.SetStatus(ActivityStatusCode.Error, exception.Message).SetTag(MlOpsDiagnostics.ErrorTypeAttribute, _error);
        }

        private void StartSpan(DateTimeOffset start)
        {
            _activity = s_activities.StartActivity($"artifact {_operation}", ActivityKind.Client, parentContext: default, startTime: start);
            _activity?.SetTag(MlOpsDiagnostics.StoreAttribute, _instruments._key)
                .SetTag(MlOpsDiagnostics.OperationAttribute, _operation)
                .SetTag(MlOpsDiagnostics.PathAttribute, _path?.ToString());
        }

        /// <summary>
        /// Starts the span of a background call that is recorded after all. It is a root span, because the current span is not sampled.
        /// </summary>
        private void StartLateSpan()
        {
            if (_isBackground && _activity is null)
            {
                var current = Activity.Current;
                Activity.Current = null;
                StartSpan(TimeProvider.System.GetUtcNow() - Stopwatch.GetElapsedTime(_started));
                Activity.Current = current;
            }
        }

        /// <summary>Ends the span and keeps the current span, because the stream of a read may be disposed within another span.</summary>
        private void EndSpan()
        {
            var current = Activity.Current;
            _activity?.Dispose();
            if (current != _activity)
            {
                Activity.Current = current;
            }
        }

        public void Dispose()
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_isBackground && _foundNothing && _error is null)
            {
                return;
            }

            StartLateSpan();
            var tags = new TagList
            {
                { MlOpsDiagnostics.StoreAttribute, _instruments._key },
                { MlOpsDiagnostics.OperationAttribute, _operation },
            };
            if (_error is not null)
            {
                tags.Add(MlOpsDiagnostics.ErrorTypeAttribute, _error);
            }

            _instruments._duration.Record(Stopwatch.GetElapsedTime(_started).TotalSeconds, tags);
            EndSpan();
        }
    }
}
