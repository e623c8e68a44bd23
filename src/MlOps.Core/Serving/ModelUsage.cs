namespace MlOps.Serving;

/// <summary>Tracks the last use of a model, and whether it was used since the last load. Thread-safe.</summary>
internal sealed class ModelUsage
{
    private long _last;
    private volatile bool _isNew;

    /// <summary>Gets the time of the last use in milliseconds of a monotonic clock, accurate to about one second.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Gets a value indicating whether the model was loaded less than a second ago and has not been used yet.</summary>
    public bool IsFreshlyLoaded => _isNew && Environment.TickCount64 - Last < 1_000;

    /// <summary>Records a load.</summary>
    public void RecordLoad()
    {
        _isNew = true;
        Volatile.Write(ref _last, Environment.TickCount64);
    }

    /// <summary>Records a use. The time is written at most once a second to avoid contention between threads.</summary>
    /// <returns><see langword="true"/> for the first use since the last load.</returns>
    public bool RecordUse()
    {
        if (Environment.TickCount64 is var now && now - Last > 1_000)
        {
            Volatile.Write(ref _last, now);
        }

        if (!_isNew)
        {
            return false;
        }

        _isNew = false;
        return true;
    }
}
