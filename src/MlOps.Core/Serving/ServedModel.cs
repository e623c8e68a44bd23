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
            new VersionFactory(name, options, violations.Count, CreateLogger(runtime)),
            side => new ServedModel(name, side, runtime, violations))
    {
    }

    internal ServedModel(string name, ServedModelOptions options, ServingRuntime runtime, VersionFactory factory, Func<ServedModelOptions, ServedModel> createSide)
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

    /// <summary>Gets the setting for the start of the host.</summary>
    public ModelStart Start => _options.Start;

    /// <summary>Gets the time of the last use, to about a second, in milliseconds of a monotonic clock.</summary>
    public long LastUsed => Updater.LastUsed;

    /// <summary>Gets a value indicating whether those who waited for the model to be loaded had no time yet to use it.</summary>
    public bool IsAwaited => Updater.IsAwaited;

    /// <summary>Gets or sets the action before and after a version is loaded.</summary>
    internal Action? Loading
    {
        get => Updater.Loading;
        set => Updater.Loading = value;
    }

    /// <summary>Loads the model as its settings want, and keeps it at the version that is to be served from then on.</summary>
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
            var version = Slot.Current ?? throw Updater.BeginLoading();
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

    /// <summary>Unloads the model; it is loaded again when it is used.</summary>
    internal void Unload() => Updater.Unload();

    /// <summary>Lets a version answer that is not of the registry's choice, for a warm-up.</summary>
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

    /// <summary>Records a failure while the exception passes by.</summary>
    protected bool Report(Exception exception, long started)
    {
        var isRejected = exception is InvalidInputException;
        Instruments.RecordPredictions(Name, started, answered: 0, rejected: isRejected ? 1 : 0, isRejected ? null : exception);
        return false;
    }

    /// <returns><see langword="false"/> if the version is unloaded already.</returns>
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
        catch (Exception exception) when (Report(exception, started))
        {
            throw;
        }
        finally
        {
            version.Release();
        }
    }
}
