using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Makes versions that can answer from models in memory: validates their schemas, warms them up and proves that they predict.</summary>
internal partial class VersionFactory(string name, ServedModelOptions options, Action<string, IReadOnlyList<InputViolation>> countViolations, ILogger logger)
{
    protected string Name { get; } = name;

    protected ServedModelOptions Options { get; } = options;

    protected Action<string, IReadOnlyList<InputViolation>> CountViolations { get; } = countViolations;

    private string Section => $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{Name}";

    /// <summary>Makes a version ready to answer.</summary>
    /// <param name="local">The version and its files.</param>
    /// <param name="model">The model. It is disposed with the version, or here if this fails.</param>
    /// <param name="runtime">The runtime of the model.</param>
    /// <param name="cancellationToken">Cancels the warm-up.</param>
    /// <exception cref="ModelMappingException">The types of the callers do not fit the model.</exception>
    /// <exception cref="ModelCheckException">The schema does not fit, or the version does not predict.</exception>
    public async Task<LoadedVersion> CreateAsync(LocalVersion local, ILoadedModel model, ServingRuntime runtime, CancellationToken cancellationToken)
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
                    $"The input of {Describe(local)} cannot be validated for '{Name}': {exception.Message}"
                    + (Options.OnInvalidFeature.Count == 0 ? "" : $" Policies for features are set by {Section}:{nameof(Options.OnInvalidFeature)}."),
                    exception);
            }

            throw;
        }

        try
        {
            var warmUp = new ModelWarmUp(Name, local, Options, runtime.TimeProvider, logger, cancellationToken);
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

    /// <summary>Makes a version with its validators and predictors.</summary>
    protected virtual LoadedVersion Create(LocalVersion local, ILoadedModel model, InputSchema schema, InputPolicies policies)
    {
        var tensors = CreateTensorValidator(local, model, schema, policies);
        _ = tensors.Value; // its faults fail the load
        return new LoadedVersion(
            local, model, tensors, violations => CountViolations(Name, violations), exception => LogNotDisposed(exception, Name, local.Number));
    }

    /// <summary>Predicts on every path that callers can take.</summary>
    protected virtual async Task WarmUpAsync(LoadedVersion version, InputSchema schema, ModelWarmUp warmUp, ServingRuntime runtime)
    {
        if (!warmUp.IsWanted)
        {
            return;
        }

        var model = version.Model;
        var samples = SampleTensors.Create(version.Local, model.Signature, schema);
        var rows = version.Local.Examples.Count > 0 ? ProofRows.Golden : ProofRows.Schema;
        var inputs = warmUp.Prove("a prediction from tensors", samples, row => model.Predict(row), rows);
        if (inputs is null)
        {
            return;
        }

        using var warmUpModel = new ServedModel("warm-up", Options, runtime, this, static _ => throw new NotSupportedException());
        warmUpModel.SetVersion(CreateForWarmUp(version));
        await RepeatAsync(warmUpModel, inputs, warmUp).ConfigureAwait(false);
    }

    /// <summary>Predicts from tensors on every path.</summary>
    protected static async Task RepeatAsync(ServedModel warmUpModel, IReadOnlyDictionary<string, ModelTensor> inputs, ModelWarmUp warmUp)
    {
        await warmUp.RepeatAsync("a prediction from tensors", () => { warmUpModel.Predict(inputs); }).ConfigureAwait(false);
        await warmUp.RepeatAsync("an asynchronous prediction from tensors", () => warmUpModel.PredictAsync(inputs)).ConfigureAwait(false);
    }

    /// <summary>Creates the validator of named tensors when it is needed, since a schema for rows need not fit them.</summary>
    protected static Lazy<TensorValidator> CreateTensorValidator(LocalVersion local, ILoadedModel model, InputSchema schema, InputPolicies policies) =>
        new(() => new TensorValidator(schema, model.Signature, local.Metadata.Signature, policies));

    protected void ReportUnchecked(int version, IEnumerable<string> inputs, Type type) => LogUnchecked(version, Name, string.Join(", ", inputs), type.Name);

    protected void ReportUnmatched(int version, string members, Type type) => LogUnmatched(version, Name, members, type.Name);

    protected void ReportDisposal(Exception exception, int version) => LogNotDisposed(exception, Name, version);

    /// <summary>Makes a version of the same model, which can be disposed without the model, for predictions that nobody asked for.</summary>
    private static LoadedVersion CreateForWarmUp(LoadedVersion version) =>
        new(version.Local, new BorrowedModel(version.Model), version.Tensors, static _ => { }, static _ => { });

    private static InputSchema ReadSchema(LocalVersion local, ILoadedModel model)
    {
        var schema = InputSchema.FromSignature(local.Metadata.Signature ?? model.Signature);
        var file = Path.Combine(local.Folder, InputSchema.FileName);
        return File.Exists(file) ? schema.RefineBy(InputSchema.Parse(File.ReadAllText(file))) : schema;
    }

    /// <summary>Finds the features that the settings have a policy for.</summary>
    /// <exception cref="ModelCheckException">A setting names no feature.</exception>
    private Dictionary<string, InputPolicy> FindPolicies(LocalVersion local, InputSchema schema)
    {
        string[] features = [.. schema.Features.Select(static feature => feature.Name)];
        return Options.OnInvalidFeature.ToDictionary(
            policy => NearestName.FindIgnoringCase(policy.Key, features) ?? throw new ModelCheckException(
                $"{Section}:{nameof(Options.OnInvalidFeature)}:{policy.Key} names no input of {Describe(local)}. "
                + $"{NearestName.Suggest(policy.Key, features)}The inputs are {string.Join(", ", features.Select(static feature => $"'{feature}'"))}. "
                + "Correct or remove the setting."),
            static policy => policy.Value);
    }

    [LoggerMessage(
        615,
        LogLevel.Warning,
        "{Type} and version {Version} of the model '{Name}' have members without a partner: {Members}. The properties are not given to the model, and "
        + "the optional inputs keep the values that the model has for them. Correct the names, name the inputs with [Feature(\"…\")], or remove the "
        + "properties.")]
    private partial void LogUnmatched(int version, string name, string members, string type);

    [LoggerMessage(
        611,
        LogLevel.Warning,
        "An object of version {Version} of the model '{Name}' could not be disposed. Its memory may not be free before the process ends.")]
    private partial void LogNotDisposed(Exception exception, string name, int version);

    [LoggerMessage(
        612,
        LogLevel.Warning,
        "Nothing validates these inputs of version {Version} of the model '{Name}': {Inputs}. {Type} has no property for each of them; a field, a "
        + "property of a type of the model library's own, and an array that stands for several of them are given to the model as they are. Give each a "
        + "property of a number, a text, a boolean or a moment, or describe the array in input-schema.json.")]
    private partial void LogUnchecked(int version, string name, string inputs, string type);
}
