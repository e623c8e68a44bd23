namespace MlOps.Serving;

/// <summary>Records the last use of a model, and whether it was used since it was loaded. Thread-safe.</summary>
internal sealed class ModelUse
{
    private long _last;
    private volatile bool _isNew;

    /// <summary>Gets the time of the last use, to about a second, in milliseconds of a monotonic clock.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Gets a value indicating whether those who waited for the model to be loaded had no time yet to use it.</summary>
    public bool IsAwaited => _isNew && Environment.TickCount64 - Last < 1_000;

    /// <summary>Records that the model was loaded.</summary>
    public void Begin()
    {
        _isNew = true;
        Volatile.Write(ref _last, Environment.TickCount64);
    }

    /// <summary>Records that the model is used, about once a second: more often, the threads would disturb one another.</summary>
    /// <returns><see langword="true"/> for the first use since it was loaded.</returns>
    public bool Note()
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
