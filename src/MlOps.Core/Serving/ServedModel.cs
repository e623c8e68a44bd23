using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A served model that predicts from named tensors.</summary>
internal class ServedModel : IModel, IStartedModel, IDisposable, IAsyncDisposable
{
    public ServedModel(string name, ModelOptions options, ModelServices services, InputViolationCounter violations)
        : this(name, options, services, new VersionFactory(name, options, violations.Count, CreateLogger(services)))
    {
    }

    internal ServedModel(string name, ModelOptions options, ModelServices services, VersionFactory factory)
    {
        Name = name;
        Instruments = services.Instruments;
        Updater = new ModelUpdater(name, options, services, Slot, factory);
    }

    public string Name { get; }

    public ModelStatus Status => Updater.Status;

    protected ModelSlot Slot { get; } = new();

    protected ModelUpdater Updater { get; }

    protected ModelInstruments Instruments { get; }

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

    /// <summary>Lets a version answer that is not of the registry's choice, for a warm-up.</summary>
    internal void Show(LoadedVersion version) => Slot.Exchange(version);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Updater.DisposeAsync();
    }

    protected static ILogger CreateLogger(ModelServices services) => new BackgroundLogger(services.Loggers.CreateLogger(typeof(IModel).FullName!));

    protected virtual void Dispose(bool disposing) => Updater.Dispose();

    /// <summary>Records a failure while the exception passes by.</summary>
    protected bool Report(Exception exception, long started)
    {
        var isRejected = exception is InvalidInputException;
        Instruments.RecordPredictions(Name, started, answered: 0, rejected: isRejected ? 1 : 0, isRejected ? null : exception);
        return false;
    }

    /// <returns><see langword="false"/> if the version is unloaded already.</returns>
    private bool TryPredict(LoadedVersion version, IReadOnlyDictionary<string, ModelTensor> inputs, out Prediction<IReadOnlyDictionary<string, ModelTensor>> prediction)
    {
        prediction = default;
        if (!version.TryAcquire())
        {
            return false;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            var validated = version.Tensors.Value.Validate(inputs);
            if (validated.IsRejected)
            {
                throw new InvalidInputException(version.Local.Model, validated.Violations);
            }

            var outputs = version.Model.Predict(validated.Input);
            Instruments.RecordPredictions(Name, started, inputs.Values.FirstOrDefault()?.Shape is [var rows, ..] ? (int)rows : 1, rejected: 0, failure: null);
            prediction = new(outputs, version.Local, Guid.NewGuid(), validated.Violations);
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
