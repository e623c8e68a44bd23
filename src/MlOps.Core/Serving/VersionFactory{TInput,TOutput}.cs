using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Creates versions that serve predictions for typed rows.</summary>
internal sealed class VersionFactory<
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
    string name,
    ServedModelOptions options,
    Func<LocalVersion, IModelProcessor<TInput, TOutput>>? createProcessor,
    Action<string, IReadOnlyList<InputViolation>> countViolations,
    PredictionObservers? observers,
    ILogger logger) : VersionFactory(name, options, countViolations, observers, logger)
    where TInput : class
    where TOutput : class, new()
{
    // Tiered compilation optimizes a method in the background after 30 calls, and when no new method was compiled for 100 ms.
    private const int CallsAtOnce = 50;
    private const int MaxMembers = 20;
    private static readonly TimeSpan s_compilation = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);
    private static readonly Lazy<InputViolationCounter> s_violations = new(static () => new InputViolationCounter(ModelInstruments.WarmUpMeter));
    private static volatile bool s_isCompiled;

    /// <summary>The number of the last version whose unvalidated inputs were reported.</summary>
    private int _reported;

    /// <summary>The unmatched members that were reported last.</summary>
    private string _unmatched = "";

    protected override LoadedVersion Create(LocalVersion local, ILoadedModel model, InputSchema schema, InputPolicies policies)
    {
        var tensors = CreateTensorValidator(local, model, schema, policies);
        if (createProcessor is not null)
        {
            _ = tensors.Value; // fail the load if the schema does not match
            return Create(local, model, tensors, new InputValidator<TInput>(new InputSchema([])), CreateProcessor(local), isForWarmUp: false);
        }

        var validator = new InputValidator<TInput>(schema, policies);
        var required = (local.Metadata.Signature ?? model.Signature).Inputs.Where(static input => !input.IsOptional).Select(static input => input.Name);
        if (_reported != local.Number && validator.UncheckedFeatures.Intersect(required).ToArray() is { Length: > 0 } inputs)
        {
            _reported = local.Number;
            ReportUnchecked(local.Number, inputs, typeof(TInput));
        }

        var unmatched = Describe(UnmatchedMembers.Find<TInput>(model.Signature, schema));
        if (unmatched.Length > 0 && unmatched != _unmatched)
        {
            ReportUnmatched(local.Number, unmatched, typeof(TInput));
        }

        _unmatched = unmatched;
        return Create(local, model, tensors, validator, processor: null, isForWarmUp: false);
    }

    protected override async Task WarmUpAsync(LoadedVersion version, InputSchema schema, ModelWarmUp warmUp, ServingRuntime runtime)
    {
        var typed = (LoadedVersion<TInput, TOutput>)version;
        var predictors = new List<PooledPredictor<TInput, TOutput>>();
        try
        {
            var count = Options.Predictors > 0 ? Options.Predictors : Environment.ProcessorCount;
            while (predictors.Count < count)
            {
                predictors.Add(typed.TryRent()!); // not null, because the version is not retired
            }

            if (warmUp.IsEnabled)
            {
                await WarmUpAsync(typed, schema, predictors, warmUp, runtime).ConfigureAwait(false);
            }
        }
        finally
        {
            predictors.ForEach(typed.Return);
        }
    }

    private async Task WarmUpAsync(
        LoadedVersion<TInput, TOutput> version,
        InputSchema schema,
        List<PooledPredictor<TInput, TOutput>> predictors,
        ModelWarmUp warmUp,
        ServingRuntime runtime)
    {
        var output = new TOutput();
        if (version.Processor is { } processor)
        {
            await WarmUpAsync(version, processor, predictors[0].Validator, warmUp, runtime).ConfigureAwait(false);
            return;
        }

        var rows = new SampleRows<TInput>(version.Local, version.Model.Signature, schema);

        // A row created from the schema may violate a rule such as a pattern. A golden example must not.
        var validator = rows.AreGolden ? predictors[0].Validator : InputValidator<TInput>.CreateObserver(schema);
        using var warmUpModel = CreateWarmUpModel(version, validator, runtime);
        using var rejecting = CreateWarmUpModel(version, predictors[0].Validator, runtime);
        var row = warmUp.SmokeTest(
            "a prediction", rows.Create(), row => warmUpModel.Predict(row, output), rows.AreGolden ? SampleOrigin.Golden : SampleOrigin.Schema,
                rows.IsComplete);
        if (row is null)
        {
            return;
        }

        await CompileAsync(() => warmUpModel.Predict(row, output), warmUp).ConfigureAwait(false);
        await warmUp.RepeatAsync("each predictor", () => predictors.ForEach(predictor => predictor.WarmUp(row, output))).ConfigureAwait(false);
        if (Options.MaxBatchSize == 1)
        {
            await warmUp.RepeatAsync("an asynchronous prediction", () => warmUpModel.PredictAsync(row, output)).ConfigureAwait(false);
        }

        using var tensors = SampleTensors.Create(version.Local, version.Model.Signature, schema).GetEnumerator();
        if (warmUp.TryCreate("a prediction from tensors", tensors) is { } inputs)
        {
            await RepeatAsync(warmUpModel, inputs, warmUp).ConfigureAwait(false);
        }

        await warmUp.RepeatAsync("a batch", () => { warmUpModel.Predict([row, row], [output, new TOutput()], new Prediction<TOutput>[2]); })
            .ConfigureAwait(false);
        await warmUp.RepeatAsync("a rejected row", () => PredictInvalidRow(rejecting, rows, row, output)).ConfigureAwait(false);
        if (Options.MaxBatchSize > 1)
        {
            await warmUp.RepeatAsync("a micro-batch", () => warmUpModel.PredictAsync(row, output)).ConfigureAwait(false);
        }

        warmUp.MeasureLatencies(rows.Create(), row => warmUpModel.Predict(row, output));
    }

    private async Task WarmUpAsync(
        LoadedVersion<TInput, TOutput> version,
        IModelProcessor<TInput, TOutput> processor,
        InputValidator<TInput> validator,
        ModelWarmUp warmUp,
        ServingRuntime runtime)
    {
        var output = new TOutput();
        using var warmUpModel = CreateWarmUpModel(version, validator, runtime);
        var samples = processor.Samples ?? throw new ModelCheckException(
            $"{processor.GetType().Name}.{nameof(processor.Samples)} returned null for {Describe(version.Local)}. "
            + "Return an empty list if there are no samples.");
        var row = warmUp.SmokeTest("a prediction", samples, row => warmUpModel.Predict(row, output), SampleOrigin.Samples);
        if (row is not null)
        {
            await CompileAsync(() => warmUpModel.Predict(row, output), warmUp).ConfigureAwait(false);
            await warmUp.RepeatAsync("an asynchronous prediction", () => warmUpModel.PredictAsync(row, output)).ConfigureAwait(false);
            warmUp.MeasureLatencies(samples, row => warmUpModel.Predict(row, output));
        }
    }

    private IModelProcessor<TInput, TOutput> CreateProcessor(LocalVersion local)
    {
        try
        {
            return createProcessor!(local) ?? throw new InvalidOperationException("The factory method returned null.");
        }
        catch (Exception exception)
        {
            throw new ModelCheckException(
                $"The processor of {Describe(local)} could not be created: {exception.Message} "
                + "Correct the processor, or register a version that contains the files that the processor needs.", exception);
        }
    }

    /// <summary>Joins the first members into a list. An old ONNX model may have an optional input for each of its weights.</summary>
    private static string Describe(string[] members) =>
        string.Join(", ", members.Take(MaxMembers))
        + (members.Length > MaxMembers ? FormattableString.Invariant($" and {members.Length - MaxMembers} more") : "");

    /// <summary>Predicts repeatedly until the prediction path is compiled with optimizations. This is necessary only for the first model of these
    /// types.</summary>
    private static async Task CompileAsync(Action predict, ModelWarmUp warmUp)
    {
        var started = Stopwatch.GetTimestamp();
        while (!s_isCompiled && Stopwatch.GetElapsedTime(started) < s_compilation && warmUp.HasTime)
        {
            for (var call = 0; call < CallsAtOnce && warmUp.HasTime; call++)
            {
                predict();
            }

            await Task.Delay(s_pause, TimeProvider.System).ConfigureAwait(false);
        }

        s_isCompiled |= warmUp.HasTime;
    }

    private static void PredictInvalidRow(ServedModel<TInput, TOutput> warmUpModel, SampleRows<TInput> rows, TInput row, TOutput output)
    {
        foreach (var invalid in rows.CreateInvalid(row))
        {
            try
            {
                warmUpModel.Predict(invalid, output);
            }
            catch (InvalidInputException)
            {
                return;
            }
            catch (ArgumentException)
            {
                // The schema accepts the value but the model does not. Try the next value.
            }
        }
    }

    /// <summary>Creates a served model of the same version for the warm-up. Its predictions are not counted.</summary>
    private ServedModel<TInput, TOutput> CreateWarmUpModel(LoadedVersion<TInput, TOutput> version, InputValidator<TInput> validator, ServingRuntime runtime)
    {
        var warmUpModel = new ServedModel<TInput, TOutput>("warm-up", Options, runtime, this, static _ => throw new NotSupportedException());
        warmUpModel.SetVersion(Create(version.Local, new NonOwningModel(version.Model), version.Tensors, validator, version.Processor, isForWarmUp: true));
        return warmUpModel;
    }

    private LoadedVersion<TInput, TOutput> Create(
        LocalVersion local,
        ILoadedModel model,
        Lazy<TensorValidator> tensors,
        InputValidator<TInput> validator,
        IModelProcessor<TInput, TOutput>? processor,
        bool isForWarmUp)
    {
        var processed = processor is null ? null : new ProcessorPredictor<TInput, TOutput>(model, processor, tensors);
        Action<IReadOnlyList<InputViolation>> count = isForWarmUp
            ? violations => s_violations.Value.Count(Name, violations)
            : violations => CountViolations(Name, violations);
        var observed = isForWarmUp ? null : Observe(local, model);
        return new LoadedVersion<TInput, TOutput>(
            local,
            model,
            tensors,
            count,
            processor,
            ownsProcessor: !isForWarmUp,
            Options.Predictors,
            () => new PooledPredictor<TInput, TOutput>(
                local,
                processed is null ? model.CreatePredictor<TInput, TOutput>() : null,
                validator.Fork(),
                processed,
                count,
                observed?.CreateForRows<TInput, TOutput>()),
            exception => ReportDisposal(exception, local.Number),
            observed?.CreateForTensors());
    }
}
