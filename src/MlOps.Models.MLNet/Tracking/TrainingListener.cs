using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MlOps.Tracking;

/// <summary>Records the progress that trainers report.</summary>
/// <remarks>It reads the progress channels at each log message, and periodically for trainers that log no messages.</remarks>
internal sealed partial class TrainingListener : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly MLContext _context;
    private readonly TrainingRecorder _recorder;
    private readonly ProgressChannels? _channels;
    private readonly Lock _lock = new();
    private readonly ITimer? _timer;
    private bool _isStopped;

    public TrainingListener(IRun run, MLContext context, IProgress<TrainingProgress>? progress, string prefix)
    {
        _context = context;
        _recorder = new TrainingRecorder(run, progress, prefix);
        _channels = ProgressChannels.Find(context);
        _channels?.Read(); // Discard the entries of earlier trainings.
        _context.Log += OnMessage;
        _timer = _channels is null ? null : TimeProvider.System.CreateTimer(_ => Look(null), null, s_interval, s_interval);
    }

    public void Dispose()
    {
        _context.Log -= OnMessage;
        _timer?.Dispose();
        lock (_lock)
        {
            Report(null);
            _isStopped = true;
        }
    }

    private void OnMessage(object? sender, LoggingEventArgs message) => Look(message.RawMessage);

    private void Look(string? message)
    {
        // Without an iteration to record, do not block the trainer while another thread reads the channels.
        var iteration = message is null ? Match.Empty : Iteration().Match(message);
        if (iteration.Success)
        {
            lock (_lock)
            {
                Report(long.Parse(iteration.ValueSpan, CultureInfo.InvariantCulture));
            }
        }
        else if (_lock.TryEnter())
        {
            try
            {
                Report(null);
            }
            finally
            {
                _lock.Exit();
            }
        }
    }

    private void Report(long? iteration)
    {
        if (_isStopped)
        {
            return;
        }

        try
        {
            foreach (var entry in _channels?.Read() ?? [])
            {
                _recorder.Add(entry);
            }

            if (iteration is { } finished)
            {
                _recorder.AddIteration(finished);
            }
        }
        catch (Exception)
        {
            // An exception, from the progress of the caller or from a run that has ended, would stop the training or, on the timer thread, the process.
            _isStopped = true;
        }
    }

    /// <summary>Matches the log messages of averaged perceptrons and online gradient descent.</summary>
    [GeneratedRegex(@"(?<=Finished training iteration )\d{1,9}(?=;)", RegexOptions.CultureInvariant)]
    private static partial Regex Iteration();
}
