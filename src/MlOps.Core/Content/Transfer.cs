namespace MlOps.Content;

/// <summary>Counts the files of parallel transfers and reports the progress.</summary>
internal sealed class Transfer(int totalFiles, long totalBytes, IProgress<OperationProgress>? progress, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly long _started = timeProvider.GetTimestamp();
    private int _files;
    private long _bytes;

    /// <summary>Counts a file and reports the progress. The lock keeps the reports in order.</summary>
    public void Finish(long bytes)
    {
        if (progress is null)
        {
            return;
        }

        lock (_lock)
        {
            _files++;
            _bytes += bytes;
            var seconds = timeProvider.GetElapsedTime(_started).TotalSeconds;
            progress.Report(new OperationProgress("transferring files", _files, totalFiles, _bytes, totalBytes, seconds > 0 ? _bytes / seconds : 0));
        }
    }
}
