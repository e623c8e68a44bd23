using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>A served model with typed rows. Each prediction rents a predictor of the current version and returns it.</summary>
internal sealed class ServedModel<
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>
    : ServedModel, IModel<TInput, TOutput>
    where TInput : class
    where TOutput : class, new()
{
    private const int BatchRows = 256;
    private readonly MicroBatcher<TInput, TOutput>? _batcher;
    private readonly Func<LocalVersion, IModelProcessor<TInput, TOutput>>? _createProcessor;

    public ServedModel(
        string name,
        ServedModelOptions options,
        ServingRuntime runtime,
        InputViolationCounter violations,
        Func<LocalVersion, IModelProcessor<TInput, TOutput>>? createProcessor = null)
        : this(
            name,
            options,
            runtime,
            new VersionFactory<TInput, TOutput>(name, options, createProcessor, violations.Count, runtime.Observers, CreateLogger(runtime)),
            side => new ServedModel<TInput, TOutput>(name, side, runtime, violations, createProcessor)) =>
        _createProcessor = createProcessor;

    internal ServedModel(
        string name, ServedModelOptions options, ServingRuntime runtime, VersionFactory<TInput, TOutput> factory,
            Func<ServedModelOptions, ServedModel> createSide)
        : base(name, options, runtime, factory, createSide) =>
        _batcher = options.MaxBatchSize > 1 ? new MicroBatcher<TInput, TOutput>(this, options, runtime.TimeProvider) : null;

    public Prediction<TOutput> Predict(TInput input, TOutput output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return Instruments.IsMeasuringPredictions ? PredictMeasured(input, output) : PredictOne(input, output);
    }

    public void Predict(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, Span<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default)
    {
        RequireRows(inputs, outputs, predictions.Length);
        if (Slot.Current is null)
        {
            // A batch takes long in any case, so wait for a lazy model as asynchronous predictions do.
            Updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false).GetAwaiter().GetResult();
        }

        var started = Stopwatch.GetTimestamp();
        var (version, predictor) = Rent();
        try
        {
            for (var start = 0; start < inputs.Length; start += BatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = Math.Min(BatchRows, inputs.Length - start);
                predictor.Predict(inputs.Slice(start, length), outputs.Slice(start, length), predictions.Slice(start, length));
            }
        }
        catch (Exception exception) when (RecordFailure(exception, started))
        {
            throw;
        }
        finally
        {
            version.Return(predictor);
        }

        if (Instruments.IsMeasuringPredictions)
        {
            var rejected = 0;
            foreach (ref var prediction in predictions)
            {
                rejected += prediction.IsRejected ? 1 : 0;
            }

            Instruments.RecordPredictions(Name, started, inputs.Length - rejected, rejected, failure: null);
        }
    }

    public async Task<Prediction<TOutput>> PredictAsync(TInput input, TOutput output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        while (true)
        {
            await Updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return _batcher is null ? Predict(input, output) : await _batcher.PredictAsync(input, output, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelNotReadyException)
            {
                // The model was unloaded after the load, to free memory for another. Load it again.
            }
        }
    }

    public async Task PredictBatchAsync(
        ReadOnlyMemory<TInput> inputs, ReadOnlyMemory<TOutput> outputs, Memory<Prediction<TOutput>> predictions, CancellationToken cancellationToken = default)
    {
        RequireRows(inputs.Span, outputs.Span, predictions.Length);
        while (true)
        {
            await Updater.EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Task.Run(() => Predict(inputs.Span, outputs.Span, predictions.Span, cancellationToken), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ModelNotReadyException)
            {
                // The model was unloaded after the load, to free memory for another. Load it again.
            }
        }
    }

    public new IModel<TInput, TOutput> At(string version) => (IModel<TInput, TOutput>)GetSide(version);

    public override ValueTask DisposeAsync()
    {
        _batcher?.Dispose();
        return base.DisposeAsync();
    }

    protected override VersionFactory CreateMeasuringFactory(ServedModelOptions options, ServingRuntime runtime) =>
        new VersionFactory<TInput, TOutput>(Name, options, _createProcessor, static (_, _) => { }, observers: null, CreateLogger(runtime));

    protected override void Dispose(bool disposing)
    {
        _batcher?.Dispose();
        base.Dispose(disposing);
    }

    private static void RequireRows(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs, int predictions)
    {
        if (inputs.Length != outputs.Length || inputs.Length != predictions)
        {
            throw new ArgumentException(
                $"The numbers of inputs ({inputs.Length}), outputs ({outputs.Length}) and predictions ({predictions}) differ. Pass the same number of each.",
                    nameof(inputs));
        }

        for (var row = 0; row < inputs.Length; row++)
        {
            if (inputs[row] is null || outputs[row] is null)
            {
                throw new ArgumentException(
                    $"The input or output at index {row} is null. Pass an object for each input and each output.",
                    inputs[row] is null ? nameof(inputs) : nameof(outputs));
            }
        }
    }

    private Prediction<TOutput> PredictOne(TInput input, TOutput output)
    {
        var (version, predictor) = Rent();
        try
        {
            return predictor.Predict(input, output);
        }
        finally
        {
            version.Return(predictor);
        }
    }

    private Prediction<TOutput> PredictMeasured(TInput input, TOutput output)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var prediction = PredictOne(input, output);
            Instruments.RecordPredictions(Name, started, predicted: 1, rejected: 0, failure: null);
            return prediction;
        }
        catch (Exception exception) when (RecordFailure(exception, started))
        {
            throw;
        }
    }

    private (LoadedVersion<TInput, TOutput> Version, PooledPredictor<TInput, TOutput> Predictor) Rent()
    {
        Updater.Use();
        while (true)
        {
            // Unsafe.As avoids a type check: the factory of this model creates only versions of this type.
            var version = Unsafe.As<LoadedVersion<TInput, TOutput>>(Slot.Current ?? throw Updater.StartLoadingAndCreateException());
            if (version.TryRent() is { } predictor)
            {
                return (version, predictor);
            }
        }
    }
}
