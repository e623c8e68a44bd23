namespace MlOps.Serving;

/// <summary>Measures the increase of the memory of the process during a load.</summary>
/// <remarks>
/// Thread-safe. Loads and unloads of other models change the memory of the process too, so a load is measured only if none of them occurs in the meantime.
/// </remarks>
/// <param name="read">Reads the memory of the process in bytes: exactly, after garbage collections, or approximately without them.</param>
internal sealed class MemoryMeter(Func<bool, long> read)
{
    private readonly Lock _lock = new();
    private int _active;
    private long _changes;

    /// <summary>Starts the measurement of a load.</summary>
    /// <param name="isExact">Whether garbage is collected before and after the load, which pauses other threads.</param>
    /// <returns>The measurement, which the caller must dispose when the load has ended.</returns>
    public Measurement Start(bool isExact)
    {
        bool isAlone;
        long change;
        lock (_lock)
        {
            _active++;
            change = Interlocked.Increment(ref _changes);
            isAlone = _active == 1;
        }

        return new Measurement(this, isExact, change, isAlone);
    }

    /// <summary>Records a change of the memory when a version is unloaded.</summary>
    public void RecordChangeWhenUnloaded(LoadedVersion version) => _ = version.Unloaded.ContinueWith(
        _ => Interlocked.Increment(ref _changes), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Reads the memory of this process.</summary>
    /// <remarks>
    /// The approximate value is the working set. The exact value is the size of the live managed objects plus the part of the working set that the garbage
    /// collector has not committed.
    /// </remarks>
    /// <param name="isExact">Whether garbage is collected first.</param>
    public static long ReadProcess(bool isExact)
    {
        if (!isExact)
        {
            return Environment.WorkingSet;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false) + Environment.WorkingSet - GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes;
    }

    /// <summary>The measurement of one load.</summary>
    internal sealed class Measurement : IDisposable
    {
        private readonly MemoryMeter _meter;
        private readonly bool _isExact;
        private readonly long _change;
        private readonly bool _isAlone;
        private readonly long _before;

        public Measurement(MemoryMeter meter, bool isExact, long change, bool isAlone)
        {
            (_meter, _isExact, _change, _isAlone) = (meter, isExact, change, isAlone);
            _before = isAlone ? meter.Read(isExact) : 0;
        }

        /// <summary>Gets a value indicating whether no other model was loaded or unloaded since the start.</summary>
        public bool IsUndisturbed => _isAlone && Interlocked.Read(ref _meter._changes) == _change;

        /// <summary>Gets the increase of the memory since the start, in bytes; <see langword="null"/> if the measurement was disturbed.</summary>
        public long? ReadIncrease()
        {
            var increase = IsUndisturbed ? _meter.Read(_isExact) - _before : 0;
            return IsUndisturbed ? increase : null;
        }

        public void Dispose()
        {
            lock (_meter._lock)
            {
                _meter._active--;
            }
        }
    }

    private long Read(bool isExact) => read(isExact);
}
