using System.Globalization;
using MlOps.Maintenance;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Collects the results of the parallel parts of a migration for the report and the progress.</summary>
internal sealed class MigrationReportBuilder(IProgress<OperationProgress>? progress, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly long _started = timeProvider.GetTimestamp();
    private readonly List<StoreFault> _faults = [];
    private readonly HashSet<ArtifactPath> _faulty = [];
    private string _step = MigrationStep.Survey;
    private long _examined;
    private long _copied;
    private long _copiedBytes;
    private long _unchanged;
    private long _deleted;
    private long _verified;
    private long _faultCount;

    public void Enter(string step)
    {
        lock (_lock)
        {
            _step = step;
            _examined = 0;
            Report();
        }
    }

    public void AddExamined()
    {
        lock (_lock)
        {
            _examined++;
            Report();
        }
    }

    public void AddCopied(long artifacts, long bytes)
    {
        lock (_lock)
        {
            _copied += artifacts;
            _copiedBytes += bytes;
        }
    }

    public void AddUnchanged() => Interlocked.Increment(ref _unchanged);

    public void AddDeleted() => Interlocked.Increment(ref _deleted);

    public void AddVerified() => Interlocked.Increment(ref _verified);

    public void AddFault(ArtifactPath path, string message)
    {
        lock (_lock)
        {
            if (_faulty.Contains(path))
            {
                return;
            }

            _faultCount++;
            if (_faults.Count < MigrationReport.MaxFaults)
            {
                _faulty.Add(path);
                _faults.Add(new StoreFault(path, message));
            }
        }
    }

    public MigrationReport ToReport(bool dryRun)
    {
        lock (_lock)
        {
            return new MigrationReport
            {
                DryRun = dryRun,
                CopiedArtifacts = _copied,
                CopiedBytes = _copiedBytes,
                UnchangedArtifacts = _unchanged,
                DeletedArtifacts = _deleted,
                VerifiedArtifacts = _verified,
                FaultCount = _faultCount,
                Faults = [.. _faults],
                Duration = timeProvider.GetElapsedTime(_started),
            };
        }
    }

    /// <summary>Reports the progress. The lock keeps the reports in order.</summary>
    private void Report()
    {
        if (progress is not null)
        {
            var seconds = timeProvider.GetElapsedTime(_started).TotalSeconds;
            var rate = seconds > 0 ? _copiedBytes / seconds : 0;
            var detail = string.Create(CultureInfo.InvariantCulture, $"{_copied} copied");
            progress.Report(new OperationProgress(_step, _examined, bytes: _copiedBytes, bytesPerSecond: rate, detail: detail));
        }
    }
}
