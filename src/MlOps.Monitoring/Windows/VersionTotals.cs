namespace MlOps.Monitoring.Windows;

/// <summary>The numbers of predictions of a version by this instance since its start.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class VersionTotals
{
    private long _predictions;
    private long _rejected;
    private long _flagged;
    private long _dropped;
    private long _reported;
    private double _rate;

    public void Add(ObservedChunk chunk)
    {
        _predictions += chunk.Count;
        _rejected += chunk.IsRejected.AsSpan(0, chunk.Count).Count(true);
        _flagged += chunk.IsFlagged.AsSpan(0, chunk.Count).Count(true);
    }

    public void AddDropped(long count)
    {
        _predictions += count;
        _dropped += count;
    }

    /// <summary>Creates the status, with the rate since the last call.</summary>
    public VersionStatus ToStatus(int version, bool isLoaded, TimeSpan elapsed)
    {
        if (elapsed != TimeSpan.Zero)
        {
            _rate = elapsed > TimeSpan.Zero ? (_predictions - _reported) / elapsed.TotalSeconds : 0;
            _reported = _predictions;
        }

        return new VersionStatus
        {
            Version = version,
            IsLoaded = isLoaded,
            Predictions = _predictions,
            Rejected = _rejected,
            Flagged = _flagged,
            Dropped = _dropped,
            Rate = _rate,
        };
    }
}
