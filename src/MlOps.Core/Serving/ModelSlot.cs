using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Holds the version that answers, and makes versions ready for the types of the callers.</summary>
internal sealed partial class ModelSlot<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>(
    string name,
    ModelOptions options,
    Action<string, IReadOnlyList<InputViolation>> countViolations,
    Action<LoadedVersion<TInput, TOutput>, TInput> rehearse,
    ILogger logger) : IModelSlot
    where TInput : class
    where TOutput : class, new()
{
    private volatile LoadedVersion<TInput, TOutput>? _current;

    /// <summary>The version of which it was told already that nothing validates some of its inputs.</summary>
    private int _toldOf;

    /// <summary>Gets the version that answers.</summary>
    public LoadedVersion<TInput, TOutput>? Current => _current;

    ILoadedVersion? IModelSlot.Current => _current;

    public ILoadedVersion Prepare(FetchedVersion fetched, ILoadedModel model)
    {
        InputSchema schema;
        InputValidator<TInput> validator;
        try
        {
            (schema, validator) = CreateValidator(fetched, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        var version = CreateVersion(fetched, model, validator, countViolations);
        var leases = new List<PredictorLease<TInput, TOutput>>();
        try
        {
            var count = options.Predictors > 0 ? options.Predictors : Environment.ProcessorCount;
            while (leases.Count < count)
            {
                leases.Add(version.TryRent()!); // there is one: the version is not retired
            }

            WarmUp(fetched, model, schema, leases);
            leases.ForEach(version.Return);
            return version;
        }
        catch
        {
            leases.ForEach(version.Return);
            version.Retire();
            throw;
        }
    }

    public ILoadedVersion? Exchange(ILoadedVersion? next) => Interlocked.Exchange(ref _current, (LoadedVersion<TInput, TOutput>?)next);

    /// <exception cref="ModelCheckException">The schema among the version's files is none, or does not fit the type or the policies.</exception>
    private (InputSchema Schema, InputValidator<TInput> Validator) CreateValidator(FetchedVersion fetched, ILoadedModel model)
    {
        try
        {
            var signature = fetched.Version.Signature ?? model.Signature;
            var schema = InputSchema.FromSignature(signature);
            var file = Path.Combine(fetched.Folder, InputSchema.FileName);
            schema = File.Exists(file) ? schema.RefineBy(InputSchema.Parse(File.ReadAllText(file))) : schema;
            var validator = new InputValidator<TInput>(schema, new InputPolicies { Default = options.OnInvalidInput, Features = FindPolicies(fetched, schema) });
            if (_toldOf != fetched.Version.Number && validator.Unchecked.Intersect(signature.Inputs.Where(static input => !input.IsOptional).Select(static input => input.Name)).ToArray() is { Length: > 0 } inputs)
            {
                _toldOf = fetched.Version.Number;
                LogUnchecked(name, fetched.Version.Number, string.Join(", ", inputs), typeof(TInput).Name);
            }

            return (schema, validator);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new ModelCheckException(
                $"The input of version {fetched.Version.Number} of the model '{fetched.Version.Model}' cannot be validated for '{name}': {exception.Message}{(options.OnInvalidFeature.Count == 0 ? "" : $" Policies for features are set by {MlOpsOptions.SectionName}:{ModelOptions.SectionName}:{name}:{nameof(options.OnInvalidFeature)}.")}", exception);
        }
    }

    /// <summary>Finds the features that the settings have a policy for.</summary>
    /// <exception cref="ModelCheckException">A setting names no feature.</exception>
    private Dictionary<string, InputPolicy> FindPolicies(FetchedVersion fetched, InputSchema schema)
    {
        string[] features = [.. schema.Features.Select(static feature => feature.Name)];
        return options.OnInvalidFeature.ToDictionary(
            policy => NearestName.FindIgnoringCase(policy.Key, features) ?? throw new ModelCheckException(
                $"{MlOpsOptions.SectionName}:{ModelOptions.SectionName}:{name}:{nameof(options.OnInvalidFeature)}:{policy.Key} names no input of version {fetched.Version.Number} of the model '{fetched.Version.Model}'. "
                + $"{NearestName.Suggest(policy.Key, features)}The inputs are {string.Join(", ", features.Select(static feature => $"'{feature}'"))}. Correct or remove the setting."),
            static policy => policy.Value);
    }

    private LoadedVersion<TInput, TOutput> CreateVersion(
        FetchedVersion fetched, ILoadedModel model, InputValidator<TInput> validator, Action<string, IReadOnlyList<InputViolation>> count) => new(
        fetched.Version,
        model,
        options.Predictors,
        () => new PredictorLease<TInput, TOutput>(fetched.Version, model.CreatePredictor<TInput, TOutput>(), validator.Fork(), violations => count(name, violations)),
        exception => LogNotDisposed(exception, name, fetched.Version.Number));

    /// <summary>Uses every predictor once, and the whole way of a prediction until it is compiled, with an understudy of the version whose validation counts and refuses nothing.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A row made up for warming up may be none that the model takes.")]
    private void WarmUp(FetchedVersion fetched, ILoadedModel model, InputSchema schema, List<PredictorLease<TInput, TOutput>> leases)
    {
        try
        {
            var row = SampleRows.Create<TInput>(model.Signature, fetched.Version.Signature, fetched.Examples.Count > 0 ? fetched.Examples[0] : null);
            leases.ForEach(lease => lease.WarmUp(row, new TOutput()));
            var understudy = CreateVersion(fetched, new BorrowedModel(model), InputValidator<TInput>.CreateObserver(schema), static (_, _) => { });
            rehearse(understudy, row);
        }
        catch (Exception exception)
        {
            LogNotWarm(exception, name, fetched.Version.Number);
        }
    }

    [LoggerMessage(610, LogLevel.Debug, "Version {Version} of the model '{Name}' could not be warmed up with rows made up for it; its first predictions will be slower. A golden example helps.")]
    private partial void LogNotWarm(Exception exception, string name, int version);

    [LoggerMessage(612, LogLevel.Warning, "Nothing validates these inputs of version {Version} of the model '{Name}': {Inputs}. {Type} has no property for each of them; a field, a property of a type of the model library's own, and an array that stands for several of them are given to the model as they are. Give each a property of a number, a text, a boolean or a moment, or describe the array in input-schema.json.")]
    private partial void LogUnchecked(string name, int version, string inputs, string type);

    [LoggerMessage(611, LogLevel.Warning, "Something of version {Version} of the model '{Name}' could not be disposed; its memory may not be free before the process ends.")]
    private partial void LogNotDisposed(Exception exception, string name, int version);
}
