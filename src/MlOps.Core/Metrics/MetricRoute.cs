namespace MlOps.Metrics;

/// <summary>Samples the values of one metric for one sink. Which values are taken does not depend on chance.</summary>
/// <param name="sampleRate">The fraction of the values that the sink takes.</param>
internal sealed class MetricRoute(double sampleRate)
{
    private long _count;

    /// <summary>Gets a value indicating whether the sink takes the next value.</summary>
    public bool TakeNext()
    {
        var isTaken = _count == 0 || Math.Floor(_count * sampleRate) > Math.Floor((_count - 1) * sampleRate);
        _count++;
        return isTaken;
    }
}
