using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A served model that predicts from named tensors.</summary>
internal class ServedModel : IModel, IDisposable, IAsyncDisposable
{
    private readonly ServedModelOptions _options;

    private readonly SideVersions _sides;

    public ServedModel(string name, ServedModelOptions options, ServingRuntime runtime, InputViolationCounter violations)
        : this(
            name,
            options,
            runtime,
            new VersionFactory(name, options, violations.Count, runtime.Observers, CreateLogger(runtime)),
            side => new ServedModel(name, side, runtime, violations))
    {
    }

    internal ServedModel(string name, ServedModelOptions options, ServingRuntime runtime, VersionFactory factory,
        Func<ServedModelOptions, ServedModel> createSide)
    {
        Name = name;
        _options = options;
        Instruments = runtime.Instruments;
        _sides = new SideVersions(name, options, options.CacheFolder ?? runtime.Options.CacheFolder, createSide);
        Updater = new ModelUpdater(name, options, runtime, Slot, factory);
    }

    public string Name { get; }

    public ModelStatus Status => Updater.Status;

    protected ModelSlot Slot { get; } = new();

    protected ModelUpdater Updater { get; }

    protected ModelInstruments Instruments { get; }

    /// <summary>Gets the start mode.</summary>
    public ModelStartMode Start => _options.Start;

    /// <summary>Gets the time of the last use in milliseconds of a monotonic clock, accurate to about one second.</summary>
    public long LastUsed => Updater.LastUsed;

    /// <inheritdoc cref="ModelUsage.IsFreshlyLoaded"/>
    public bool IsFreshlyLoaded => Updater.IsFreshlyLoaded;

    /// <summary>Gets or sets the callback that is called before and after a version is loaded.</summary>
    internal Action? BeforeAndAfterLoad
    {
        get => Updater.BeforeAndAfterLoad;
        set => Updater.BeforeAndAfterLoad = value;
    }

    /// <summary>Loads the model according to its settings, and starts polling for other versions.</summary>
    /// <exception cref="MlOpsException">The model is required and cannot be served.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => Updater.StartAsync(cancellationToken);

    public async Task<ModelStatus> ReloadAsync(CancellationToken cancellationToken = default)
    {
        await Updater.UpdateAsync(UpdateReason.Request, maxAge: default, cancellationToken).ConfigureAwait(false);
        return Status;
    }

    public Prediction<IReadOnlyDictionary<string, ModelTensor>> Predict(IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Updater.Use();
        while (true)
        {
            var version = Slot.Current ?? throw Updater.StartLoadingAndCreateException();
            if (TryPredict(version, inputs, out var prediction))
            {
                return prediction;
            }
        }
    }

    public async Task<Prediction<IReadOnlyDictionary<string, ModelTensor>>> PredictAsync(
        IReadOnlyDictionary<string, ModelTensor> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        while (true)
        {
            await Updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
            Updater.Use();
            if (Slot.Current is { } version && TryPredict(version, inputs, out var prediction))
            {
                return prediction;
            }
        }
    }

    public IModel At(string version) => GetSide(version);

    /// <summary>Unloads the model. The next use loads it again.</summary>
    internal void Unload() => Updater.Unload();

    /// <summary>Determines whether the model serves versions of a model of the registry.</summary>
    internal bool IsServing(string model) => _options.File is null && (_options.Model ?? Name) == model;

    /// <summary>Creates a loader of versions that are only measured, with the settings and the row types of this model.</summary>
    internal VersionLoader CreateMeasuringLoader(ServingRuntime runtime)
    {
        var options = _options.Clone();
        options.IsMeasurement = true;
        return new VersionLoader(Name, options, runtime, CreateMeasuringFactory(options, runtime));
    }

    /// <summary>Sets the current version directly, for a warm-up.</summary>
    internal void SetVersion(LoadedVersion version) => Slot.Exchange(version);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var side in _sides.Close())
        {
            await side.DisposeAsync().ConfigureAwait(false);
        }

        await Updater.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Creates a factory of versions that no caller uses, so that nothing observes or counts their predictions.</summary>
    protected virtual VersionFactory CreateMeasuringFactory(ServedModelOptions options, ServingRuntime runtime) =>
        new(Name, options, static (_, _) => { }, observers: null, CreateLogger(runtime));

    protected static ILogger CreateLogger(ServingRuntime runtime) => new BackgroundLogger(runtime.Loggers.CreateLogger(typeof(IModel).FullName!));

    protected virtual void Dispose(bool disposing)
    {
        foreach (var side in _sides.Close())
        {
            side.Dispose();
        }

        Updater.Dispose();
    }

    protected ServedModel GetSide(string version)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        return _sides.Get(version);
    }

    /// <summary>Records a failure. Call it from an exception filter: it always returns <see langword="false"/>.</summary>
    protected bool RecordFailure(Exception exception, long started)
    {
        var isRejected = exception is InvalidInputException;
        Instruments.RecordPredictions(Name, started, predicted: 0, rejected: isRejected ? 1 : 0, isRejected ? null : exception);
        return false;
    }

    /// <summary>Predicts with a version unless it is already unloaded.</summary>
    /// <returns><see langword="false"/> if the version is already unloaded.</returns>
    private bool TryPredict(
        LoadedVersion version, IReadOnlyDictionary<string, ModelTensor> inputs, out Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction)
    {
        prediction = default;
        if (!version.TryAcquire())
        {
            return false;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            prediction = version.Predict(inputs);
            Instruments.RecordPredictions(Name, started, inputs.Values.FirstOrDefault()?.Shape is [var rows, ..] ? (int)rows : 1, rejected: 0, failure: null);
            return true;
        }
        catch (Exception exception) when (RecordFailure(exception, started))
        {
            throw;
        }
        finally
        {
            version.Release();
        }
    }
}
