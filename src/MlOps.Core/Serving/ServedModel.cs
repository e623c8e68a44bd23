using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A served model: rents a predictor of the version that answers, predicts, and gives it back.</summary>
internal sealed class ServedModel<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>
    : IModel<TInput, TOutput>, IStartedModel, IDisposable, IAsyncDisposable
    where TInput : class
    where TOutput : class, new()
{
    private const int BatchRows = 256;

    // The compiler makes its best code of what ran thirty times, in the background, a tenth of a second after it found nothing new to do.
    private const int CallsAtOnce = 50;
    private static readonly TimeSpan s_compilation = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);
    private static volatile bool s_isCompiled;
    private readonly ModelSlot<TInput, TOutput> _slot;
    private readonly ModelUpdater _updater;
    private readonly ModelInstruments _instruments;
    private readonly MicroBatcher<TInput, TOutput>? _batcher;

    public ServedModel(string name, ModelOptions options, ModelServices services, InputViolationCounter violations)
        : this(name, options, services, violations.Count) =>
        _batcher = options.MaxBatchSize > 1 ? new MicroBatcher<TInput, TOutput>(this, options, services.TimeProvider) : null;

    private ServedModel(string name, ModelOptions options, ModelServices services, Action<string, IReadOnlyList<InputViolation>> countViolations)
    {
        Name = name;
        _instruments = services.Instruments;
        _slot = new ModelSlot<TInput, TOutput>(
            name, options, countViolations, (version, row) => Rehearse(version, row, options, services), new BackgroundLogger(services.Loggers.CreateLogger(typeof(IModel).FullName!)));
        _updater = new ModelUpdater(name, options, services, _slot);
    }

    public string Name { get; }

    public ModelStatus Status => _updater.Status;

    /// <summary>Gets a value indicating whether nobody asked for what this predicts, so that it is not measured.</summary>
    private bool IsRehearsal { get; init; }

    public Task StartAsync(CancellationToken cancellationToken) => _updater.StartAsync(cancellationToken);

    public async Task<ModelStatus> ReloadAsync(CancellationToken cancellationToken = default)
    {
        await _updater.UpdateAsync(UpdateReason.Request, maxAge: default, cancellationToken).ConfigureAwait(false);
        return Status;
    }

    public Prediction<TOutput> Predict(TInput input, TOutput output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return _instruments.MeasuresPredictions && !IsRehearsal ? PredictMeasured(input, output) : PredictOne(input, output);
    }

    public void Predict(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default)
    {
        if (inputs.Length != outputs.Length || inputs.Length != predictions.Length)
        {
            throw new ArgumentException($"There are {inputs.Length} inputs, {outputs.Length} outputs and {predictions.Length} predictions. Give as many of each.", nameof(inputs));
        }

        var started = Stopwatch.GetTimestamp();
        var (version, lease) = Rent();
        try
        {
            for (var start = 0; start < inputs.Length; start += BatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = Math.Min(BatchRows, inputs.Length - start);
                lease.Predict(inputs.Slice(start, length), outputs.Slice(start, length), predictions.Slice(start, length));
            }
        }
        catch (Exception exception) when (Report(exception, started))
        {
            throw;
        }
        finally
        {
            version.Return(lease);
        }

        if (_instruments.MeasuresPredictions)
        {
            var rejected = 0;
            foreach (ref var prediction in predictions)
            {
                rejected += prediction.IsRejected ? 1 : 0;
            }

            _instruments.RecordPredictions(Name, started, inputs.Length - rejected, rejected, failure: null);
        }
    }

    public async Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        while (true)
        {
            await _updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return _batcher is null ? Predict(input, output) : await _batcher.PredictAsync(input, output, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelNotReadyException)
            {
                // It had to make room for another one meanwhile.
            }
        }
    }

    public async Task<Prediction<IReadOnlyDictionary<string, ModelTensor>>> PredictAsync(
        IReadOnlyDictionary<string, ModelTensor> inputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        while (true)
        {
            await _updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
            if (_slot.Current is { } version && version.TryAcquire())
            {
                _updater.Use();
                var started = Stopwatch.GetTimestamp();
                try
                {
                    var outputs = version.Model.Predict(inputs);
                    _instruments.RecordPredictions(Name, started, inputs.Values.FirstOrDefault()?.Shape is [var rows, ..] ? (int)rows : 1, rejected: 0, failure: null);
                    return new(outputs, version.Version, Guid.NewGuid(), []);
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
    }

    public void Dispose()
    {
        _batcher?.Dispose();
        _updater.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _batcher?.Dispose();
        return _updater.DisposeAsync();
    }

    /// <summary>Predicts as callers will, until the way from them to the model is compiled; of all models of these types only the first has to.</summary>
    private static void Rehearse(LoadedVersion<TInput, TOutput> version, TInput row, ModelOptions options, ModelServices services)
    {
        using var understudy = new ServedModel<TInput, TOutput>("rehearsal", options, services, static (_, _) => { }) { IsRehearsal = true };
        understudy._slot.Exchange(version);
        var output = new TOutput();
        var started = Stopwatch.GetTimestamp();
        do
        {
            for (var call = 0; call < CallsAtOnce; call++)
            {
                understudy.Predict(row, output);
            }

            if (!s_isCompiled)
            {
                Thread.Sleep(s_pause);
            }
        }
        while (!s_isCompiled && Stopwatch.GetElapsedTime(started) < s_compilation);
        s_isCompiled = true;
    }

    private Prediction<TOutput> PredictOne(TInput input, TOutput output)
    {
        var (version, lease) = Rent();
        try
        {
            return lease.Predict(input, output);
        }
        finally
        {
            version.Return(lease);
        }
    }

    private Prediction<TOutput> PredictMeasured(TInput input, TOutput output)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var prediction = PredictOne(input, output);
            _instruments.RecordPredictions(Name, started, answered: 1, rejected: 0, failure: null);
            return prediction;
        }
        catch (Exception exception) when (Report(exception, started))
        {
            throw;
        }
    }

    /// <summary>Records a failure while the exception passes by.</summary>
    private bool Report(Exception exception, long started)
    {
        var isRejected = exception is InvalidInputException;
        _instruments.RecordPredictions(Name, started, answered: 0, rejected: isRejected ? 1 : 0, isRejected ? null : exception);
        return false;
    }

    private (LoadedVersion<TInput, TOutput> Version, PredictorLease<TInput, TOutput> Lease) Rent()
    {
        _updater.Use();
        while (true)
        {
            var version = _slot.Current ?? throw _updater.BeginLoading();
            if (version.TryRent() is { } lease)
            {
                return (version, lease);
            }
        }
    }
}
