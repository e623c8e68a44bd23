using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Creates a version that can serve predictions from a loaded model: reads the schema, runs the smoke test and warms up the version.</summary>
internal partial class VersionFactory(
    string name, ServedModelOptions options, Action<string, IReadOnlyList<InputViolation>> countViolations, PredictionObservers? observers, ILogger logger)
{
    protected string Name { get; } = name;

    protected ServedModelOptions Options { get; } = options;

    protected Action<string, IReadOnlyList<InputViolation>> CountViolations { get; } = countViolations;

    private string Section => $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{Name}";

    /// <summary>Creates a version that is ready to serve predictions.</summary>
    /// <param name="local">The version and its files.</param>
    /// <param name="model">The loaded model. The version owns it. The model is disposed if this method fails.</param>
    /// <param name="runtime">The components that served models share.</param>
    /// <param name="measurement">Receives the latencies.</param>
    /// <param name="cancellationToken">A token that cancels the warm-up.</param>
    /// <exception cref="ModelMappingException">The row types do not match the model.</exception>
    /// <exception cref="ModelCheckException">The schema does not match the model, or the smoke test fails.</exception>
    public async Task<LoadedVersion> CreateAsync(
        LocalVersion local, ILoadedModel model, ServingRuntime runtime, LoadMeasurement measurement, CancellationToken cancellationToken)
    {
        InputSchema schema;
        LoadedVersion version;
        try
        {
            schema = ReadSchema(local, model);
            version = Create(local, model, schema, new InputPolicies { Default = Options.OnInvalidInput, Features = FindPolicies(local, schema) });
        }
        catch (Exception exception)
        {
            model.Dispose();
            if (exception is ArgumentException or FormatException)
            {
                throw new ModelCheckException(
                    $"The input validation of {Describe(local)} cannot be set up for '{Name}': {exception.Message}"
                    + (Options.OnInvalidFeature.Count == 0 ? "" : $" {Section}:{nameof(Options.OnInvalidFeature)} sets the policies for features."),
                    exception);
            }

            throw;
        }

        try
        {
            var warmUp = new ModelWarmUp(Name, local, Options, runtime.TimeProvider, logger, measurement, cancellationToken);
            await WarmUpAsync(version, schema, warmUp, runtime.ForWarmUp()).ConfigureAwait(false);
            warmUp.Report();
            return version;
        }
        catch
        {
            version.Retire();
            throw;
        }
    }

    protected static string Describe(LocalVersion local) => FormattableString.Invariant($"version {local.Number} of the model '{local.Model}'");

    /// <summary>Creates a version with its validators and predictors.</summary>
    protected virtual LoadedVersion Create(LocalVersion local, ILoadedModel model, InputSchema schema, InputPolicies policies)
    {
        var tensors = CreateTensorValidator(local, model, schema, policies);
        _ = tensors.Value; // fail the load if the schema does not match
        return new LoadedVersion(
            local,
            model,
            tensors,
            violations => CountViolations(Name, violations),
            exception => LogNotDisposed(exception, Name, local.Number),
            Observe(local, model)?.CreateForTensors());
    }

    /// <summary>Runs the smoke test and executes every code path that callers can use.</summary>
    protected virtual async Task WarmUpAsync(LoadedVersion version, InputSchema schema, ModelWarmUp warmUp, ServingRuntime runtime)
    {
        if (!warmUp.IsEnabled)
        {
            return;
        }

        var model = version.Model;
        var samples = SampleTensors.Create(version.Local, model.Signature, schema);
        var rows = version.Local.Examples.Count > 0 ? SampleOrigin.Golden : SampleOrigin.Schema;
        var inputs = warmUp.SmokeTest("a prediction from tensors", samples, row => model.Predict(row), rows);
        if (inputs is null)
        {
            return;
        }

        using var warmUpModel = new ServedModel("warm-up", Options, runtime, this, static _ => throw new NotSupportedException());
        warmUpModel.SetVersion(CreateForWarmUp(version));
        await RepeatAsync(warmUpModel, inputs, warmUp).ConfigureAwait(false);
        warmUp.MeasureLatencies(SampleTensors.Create(version.Local, model.Signature, schema), row => warmUpModel.Predict(row));
    }

    /// <summary>Executes all code paths of predictions from tensors.</summary>
    protected static async Task RepeatAsync(ServedModel warmUpModel, IReadOnlyDictionary<string, ModelTensor> inputs, ModelWarmUp warmUp)
    {
        await warmUp.RepeatAsync("a prediction from tensors", () => { warmUpModel.Predict(inputs); }).ConfigureAwait(false);
        await warmUp.RepeatAsync("an asynchronous prediction from tensors", () => warmUpModel.PredictAsync(inputs)).ConfigureAwait(false);
    }

    /// <summary>Creates the validator of named tensors lazily, because a schema for typed rows may not match them.</summary>
    protected static Lazy<TensorValidator> CreateTensorValidator(LocalVersion local, ILoadedModel model, InputSchema schema, InputPolicies policies) =>
        new(() => new TensorValidator(schema, model.Signature, local.Metadata.Signature, policies));

    /// <summary>Gets the observers of a version, or <see langword="null"/> if none is registered.</summary>
    protected VersionObservers? Observe(LocalVersion local, ILoadedModel model) => observers?.For(Name, local, model.Signature, logger);

    protected void ReportUnchecked(int version, IEnumerable<string> inputs, Type type) => LogUnchecked(version, Name, string.Join(", ", inputs), type.Name);

    protected void ReportUnmatched(int version, string members, Type type) => LogUnmatched(version, Name, members, type.Name);

    protected void ReportDisposal(Exception exception, int version) => LogNotDisposed(exception, Name, version);

    /// <summary>Creates a second version of the same model for the warm-up. Its disposal does not dispose the model.</summary>
    private static LoadedVersion CreateForWarmUp(LoadedVersion version) =>
        new(version.Local, new NonOwningModel(version.Model), version.Tensors, static _ => { }, static _ => { }, observers: null);

    private static InputSchema ReadSchema(LocalVersion local, ILoadedModel model)
    {
        var schema = InputSchema.FromSignature(local.Metadata.Signature ?? model.Signature);
        var file = Path.Combine(local.Folder, InputSchema.FileName);
        return File.Exists(file) ? schema.OverrideWith(InputSchema.Parse(File.ReadAllText(file))) : schema;
    }

    /// <summary>Maps the policies in the settings to feature names.</summary>
    /// <exception cref="ModelCheckException">A setting does not name a feature.</exception>
    private Dictionary<string, InputPolicy> FindPolicies(LocalVersion local, InputSchema schema)
    {
        string[] features = [.. schema.Features.Select(static feature => feature.Name)];
        return Options.OnInvalidFeature.ToDictionary(
            policy => NearestName.FindIgnoringCase(policy.Key, features) ?? throw new ModelCheckException(
                $"{Section}:{nameof(Options.OnInvalidFeature)}:{policy.Key} is not an input of {Describe(local)}. "
                + $"{NearestName.Suggest(policy.Key, features)}The inputs are {string.Join(", ", features.Select(static feature => $"'{feature}'"))}. "
                + "Correct or remove the setting."),
            static policy => policy.Value);
    }

    [LoggerMessage(
        615,
        LogLevel.Warning,
        "{Type} and version {Version} of the model '{Name}' have unmatched members: {Members}. Unmatched properties are not passed to the model, and "
        + "unmatched optional inputs use the defaults of the model. Correct the names, name the inputs with [Feature(\"…\")], or remove the "
        + "properties.")]
    private partial void LogUnmatched(int version, string name, string members, string type);

    [LoggerMessage(
        611,
        LogLevel.Warning,
        "A resource of version {Version} of the model '{Name}' could not be disposed. Its memory may be released only when the process ends. "
        + "Correct the Dispose method of the loader or the processor.")]
    private partial void LogNotDisposed(Exception exception, string name, int version);

    [LoggerMessage(
        612,
        LogLevel.Warning,
        "These inputs of version {Version} of the model '{Name}' are not validated: {Inputs}. {Type} has no property of a supported type for them. Fields, "
        + "properties of types of the model library, and arrays that contain several inputs are passed to the model unchanged. Add a numeric, string, "
        + "Boolean or date property for each input, or describe the array in input-schema.json.")]
    private partial void LogUnchecked(int version, string name, string inputs, string type);
}
