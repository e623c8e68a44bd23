namespace MlOps.Metrics;

/// <summary>Recorded values in their order; used again and again.</summary>
internal sealed class RecordedChunk
{
    /// <summary>Small enough for a processor's first cache, and for the heap that is collected cheaply.</summary>
    public const int Capacity = 1_024;

    private readonly RecordedValue[] _values = new RecordedValue[Capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<RecordedValue> Values => _values.AsSpan(0, Count);

    public void Add(MetricHandle metric, double value, long ticks, long step)
    {
        ref var slot = ref _values[Count];
        slot.Metric = metric;
        slot.Value = value;
        slot.Ticks = ticks;
        slot.Step = step;
        Count++;
    }

    /// <summary>Forgets the values, and lets go of their metrics.</summary>
    public void Clear()
    {
        _values.AsSpan(0, Count).Clear();
        Count = 0;
    }
}
