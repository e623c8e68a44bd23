namespace MlOps.Metrics;

/// <summary>Selects a fraction of the values of one metric for one sink, deterministically.</summary>
/// <param name="sampleRate">The fraction of the values to select.</param>
internal sealed class MetricSampler(double sampleRate)
{
    private long _count;

    /// <summary>Advances to the next value and determines whether it is selected.</summary>
    public bool TakeNext()
    {
        var isTaken = _count == 0 || Math.Floor(_count * sampleRate) > Math.Floor((_count - 1) * sampleRate);
        _count++;
        return isTaken;
    }
}
