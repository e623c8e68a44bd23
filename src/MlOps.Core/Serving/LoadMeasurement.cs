using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Measures the resources of a version while it is loaded and warmed up.</summary>
/// <remarks>Used by one load at a time. A measurement never fails a load.</remarks>
internal sealed class LoadMeasurement : IDisposable
{
    /// <summary>The maximum number of predictions for the latencies.</summary>
    public const int MaxPredictions = 1_000;

    /// <summary>The minimum number of predictions for the median.</summary>
    private const int MinForMedian = 10;

    /// <summary>The minimum number of predictions for the 99th percentile. With fewer, the percentile would be the maximum.</summary>
    private const int MinForP99 = 100;

    private readonly ModelVersion _version;
    private readonly ResourceProfile? _known;
    private readonly bool _isWanted;
    private readonly MemoryMeter.Measurement _memory;
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private TimeSpan? _loadTime;
    private List<TimeSpan>? _latencies;

    private LoadMeasurement(ModelVersion version, ServedModelOptions options, ServingRuntime runtime)
    {
        _version = version;
        _timeProvider = runtime.TimeProvider;
        IsExact = options.IsMeasurement;
        _known = IsExact ? null : version.FindResources(ResourceProfile.CurrentMachine);
        _isWanted = IsExact || (options.MeasureResources && options.File is null);
        _memory = runtime.MemoryMeter.Start(IsExact);
        _started = _timeProvider.GetTimestamp();
    }

    /// <summary>Gets a value indicating whether the load has the purpose to measure the version.</summary>
    public bool IsExact { get; }

    /// <summary>Gets a value indicating whether latencies are to be measured: they are not recorded for the kind of this machine.</summary>
    public bool WantsLatencies => _isWanted && _known?.Latency is null;

    /// <summary>Gets the maximum time of all predictions for the latencies.</summary>
    public TimeSpan MaxTime => IsExact ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);

    /// <summary>Starts the measurement of a load.</summary>
    public static LoadMeasurement Start(ModelVersion version, ServedModelOptions options, ServingRuntime runtime) => new(version, options, runtime);

    /// <summary>Ends the load time: the loader has loaded the model.</summary>
    public void EndLoading() => _loadTime = _timeProvider.GetElapsedTime(_started);

    /// <summary>Sets the times of single predictions after the warm-up.</summary>
    public void SetLatencies(List<TimeSpan> latencies) => _latencies = latencies;

    /// <summary>Ends the measurement when the version is ready.</summary>
    /// <returns>The measured values, or <see langword="null"/> if all values are recorded or no measurement is wanted.</returns>
    public ResourceProfile? Complete()
    {
        if (!_isWanted)
        {
            return null;
        }

        // Other loads slow this one down, so its load time is not measured either.
        var isUndisturbed = _memory.IsUndisturbed;
        _latencies?.Sort();
        var measured = new ResourceProfile
        {
            Machine = ResourceProfile.CurrentMachine,
            LoadTime = isUndisturbed ? _loadTime : null,
            Memory = _known?.Memory is null ? ReadMemory() : null,
            Latency = _latencies?.Count >= MinForMedian ? Percentile(_latencies, 0.5) : null,
            LatencyP99 = _latencies?.Count >= MinForP99 ? Percentile(_latencies, 0.99) : null,
            ArtifactSize = _version.Size,
        };
        var added = measured.Except(_known);
        return added.IsEmpty ? null : added;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Reads the memory of the version.</summary>
    /// <remarks>
    /// Without garbage collections, an increase that is smaller than the files shows that the load reused memory that the process had freed. Then the
    /// memory is not measured, because a value that is too small would overload the budgets.
    /// </remarks>
    private long? ReadMemory() => _memory.ReadIncrease() is { } increase && increase > 0 && (IsExact || increase >= _version.Size) ? increase : null;

    /// <summary>Gets the nearest-rank percentile.</summary>
    private static TimeSpan Percentile(List<TimeSpan> sorted, double rank) => sorted[(int)Math.Ceiling(rank * sorted.Count) - 1];
}
