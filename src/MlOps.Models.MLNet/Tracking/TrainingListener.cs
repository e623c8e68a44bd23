using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MlOps.Tracking;

/// <summary>Takes what trainers report to a run. Messages are the occasion to look, and a timer for trainers that write none.</summary>
internal sealed partial class TrainingListener : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly MLContext _context;
    private readonly TrainingReport _report;
    private readonly ProgressChannels? _channels;
    private readonly Lock _lock = new();
    private readonly ITimer? _timer;
    private bool _isOver;

    public TrainingListener(IRun run, MLContext context, IProgress<TrainingStep>? progress, string prefix)
    {
        _context = context;
        _report = new TrainingReport(run, progress, prefix);
        _channels = ProgressChannels.Find(context);
        _channels?.Read(); // what was reported before is not of this training
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
            _isOver = true;
        }
    }

    private void OnMessage(object? sender, LoggingEventArgs message) => Look(message.RawMessage);

    private void Look(string? message)
    {
        // A trainer does not wait for another thread that is looking, unless it has something to say.
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
        if (_isOver)
        {
            return;
        }

        try
        {
            foreach (var entry in _channels?.Read() ?? [])
            {
                _report.Add(entry);
            }

            if (iteration is { } finished)
            {
                _report.AddIteration(finished);
            }
        }
        catch (Exception)
        {
            // This runs within ML.NET's training or on a timer's thread, where an exception of the caller's progress, or of a run that ended, would end the training or the process.
            _isOver = true;
        }
    }

    /// <summary>Finds what averaged perceptrons and online gradient descent write.</summary>
    [GeneratedRegex(@"(?<=Finished training iteration )\d{1,9}(?=;)", RegexOptions.CultureInvariant)]
    private static partial Regex Iteration();
}
