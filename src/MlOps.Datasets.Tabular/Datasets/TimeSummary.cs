namespace MlOps.Datasets;

/// <summary>Sums up days and moments.</summary>
internal sealed class TimeSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);

    public long? Distinct => _distinct.Count;

    public DateTimeOffset? Earliest { get; private set; }

    public DateTimeOffset? Latest { get; private set; }

    public void Add(DateTimeOffset time)
    {
        _distinct.Add(time.UtcTicks);
        Earliest = Earliest < time ? Earliest : time;
        Latest = Latest > time ? Latest : time;
    }
}
