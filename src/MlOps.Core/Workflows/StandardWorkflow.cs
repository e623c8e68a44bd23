using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Datasets;
using MlOps.Registry;

namespace MlOps.Workflows;

/// <summary>The standard workflow of a model: validate data, train, evaluate, gate, profile the data, register, promote.</summary>
/// <remarks>
/// <para>The steps <c>validate</c>, <c>train</c>, <c>evaluate</c>, <c>gate</c> and <c>baseline</c> are restored if their inputs have not changed. Training
/// and evaluation also depend on the seed of the run, so set <see cref="Tracking.RunStart.Seed"/>. The steps <c>register</c> and <c>promote</c> change the
/// registry, so they run every time that the gate passes.</para>
/// <para>An identical version is not registered again. A version is identical if it has the same files, examples, format, signature, datasets and source, and
/// the metrics and parameters of <see cref="Describe"/>, or else the metrics of the evaluation and <see cref="Parameters"/>. Tags, texts and resources of the
/// existing version are not changed. If the only identical version is archived, the workflow stops. Deleted versions are ignored.</para>
/// <para>Invalid data, a failed gate and a refused promotion stop the workflow. They are results, not failures.</para>
/// </remarks>
/// <example>
/// <code>
/// var workflow = new StandardWorkflow
/// {
///     Model = "churn",
///     Files = ["customers.csv"],
///     Train = TrainAsync,         // writes the model to context.Folder
///     Evaluate = EvaluateAsync,   // calls context.SetMetric("auc", …)
///     Gates = new Dictionary&lt;string, MetricBounds&gt; { ["auc"] = new() { AtLeast = 0.8 } },
///     Describe = DescribeAsync,   // returns the ModelRegistration of the files
///     Alias = "production",
/// }.ToWorkflow(registry);
/// await tracker.RunAsync("churn", new RunStart { Seed = 1 }, (run, token) => runner.RunAsync(workflow, run, cancellationToken: token));
/// </code>
/// </example>
public sealed class StandardWorkflow
{
    /// <summary>The name of the step that validates the data.</summary>
    public const string ValidateStep = "validate";

    /// <summary>The name of the step that trains the model.</summary>
    public const string TrainStep = "train";

    /// <summary>The name of the step that evaluates the model.</summary>
    public const string EvaluateStep = "evaluate";

    /// <summary>The name of the step that profiles the data for monitoring.</summary>
    public const string BaselineStep = "baseline";

    /// <summary>The name of the step that compares the metrics with their bounds.</summary>
    public const string GateStep = "gate";

    /// <summary>The name of the step that registers the model.</summary>
    /// <remarks>
    /// Its value <c>version</c> is the number of the version. Its value <c>unchanged</c> is <c>true</c> if an identical version was registered before.
    /// </remarks>
    public const string RegisterStep = "register";

    /// <summary>The name of the step that sets the alias.</summary>
    public const string PromoteStep = "promote";

    private const string VersionValue = "version";
    private const string UnchangedValue = "unchanged";

    /// <summary>The code version of the steps of the library. Change it when the behavior of a step changes.</summary>
    private const string LibraryCodeVersion = "1";

    /// <summary>Gets the name of the model, which is also the name of the workflow.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the files and folders that validation, training and evaluation read.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the versions of datasets that validation, training and evaluation read.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the function that validates the data. It calls <see cref="StepContext.Stop"/> if the data is invalid.</summary>
    /// <value>The default, <see langword="null"/>, omits the step.</value>
    public Func<StepContext, CancellationToken, Task>? Validate { get; init; }

    /// <summary>Gets the function that trains the model and writes it to <see cref="StepContext.Folder"/>.</summary>
    public required Func<StepContext, CancellationToken, Task> Train { get; init; }

    /// <summary>Gets the parameters of the training, by name.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the function that evaluates the files of the step <see cref="TrainStep"/> and sets metrics with
    /// <see cref="StepContext.SetMetric"/>.</summary>
    public required Func<StepContext, CancellationToken, Task> Evaluate { get; init; }

    /// <summary>Gets the function that writes the baseline of the model to <see cref="StepContext.Folder"/>. The files are added to those of the version.
    /// </summary>
    /// <remarks>
    /// Monitoring compares the rows of a service with the baseline. The class <c>Baseline</c> of <c>MlOps.Monitoring</c> computes and writes it. The function
    /// reads the files of the step <see cref="TrainStep"/>.
    /// </remarks>
    /// <value>The default, <see langword="null"/>, omits the step.</value>
    public Func<StepContext, CancellationToken, Task>? Baseline { get; init; }

    /// <summary>Gets the bounds of the metrics of the evaluation, by name.</summary>
    /// <value>
    /// The default is none: every model passes. Set <see cref="MetricBounds.AtLeast"/> and <see cref="MetricBounds.AtMost"/> only. Bounds that
    /// compare with the version that has the alias belong to the <see cref="PromotionPolicy"/> of the alias.
    /// </value>
    public IReadOnlyDictionary<string, MetricBounds> Gates { get; init; } = new Dictionary<string, MetricBounds>();

    /// <summary>Gets the function that creates the registration of the files of the step <see cref="TrainStep"/>.</summary>
    /// <remarks>If the registration has no metrics, the version gets the metrics of the run, which include those of the evaluation.</remarks>
    public required Func<StepContext, CancellationToken, Task<ModelRegistration>> Describe { get; init; }

    /// <summary>Gets the alias to set on the version.</summary>
    /// <value>The default, <see langword="null"/>, omits the step <see cref="PromoteStep"/>.</value>
    public string? Alias { get; init; }

    /// <summary>Gets the version of the code of validation, training and evaluation. See <see cref="WorkflowStep.CodeVersion"/>.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the names of the NuGet packages that validation, training and evaluation depend on. See <see cref="WorkflowStep.Packages"/>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Gets the names of the environment variables that validation, training and evaluation depend on.</summary>
    /// <remarks>See <see cref="WorkflowStep.EnvironmentVariables"/>.</remarks>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>Creates the workflow.</summary>
    /// <param name="registry">The registry of the model. It must use the store of the tracker that creates the run.</param>
    /// <returns>The workflow.</returns>
    /// <exception cref="ArgumentException">
    /// The name of the model is not valid for a workflow, the alias is not valid, or bounds in <see cref="Gates"/> are not valid or
    /// compare with another version.
    /// </exception>
    public Workflow ToWorkflow(IModelRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (Alias is not null)
        {
            AliasRules.Validate(Alias);
        }

        if (Gates.FirstOrDefault(static gate => gate.Value.IsRelative) is { Key: { } relative })
        {
            throw new ArgumentException(
                $"The bounds of '{relative}' in {nameof(Gates)} compare with another version. The step '{GateStep}' checks only "
                + $"{nameof(MetricBounds.AtLeast)} and {nameof(MetricBounds.AtMost)}. Set {nameof(MetricBounds.MaxDecrease)}, "
                + $"{nameof(MetricBounds.MaxIncrease)} and {nameof(MetricBounds.Baseline)} at "
                + $"{RegistryOptions.SectionName}:Aliases:<alias>:Metrics:{relative}.");
        }

        var faults = new ValidateOptionsResultBuilder();
        foreach (var (metric, bounds) in Gates)
        {
            RegistryOptionsValidator.Validate($"{nameof(Gates)}:{metric}", bounds, faults);
        }

        if (faults.Build() is { Failed: true } invalid)
        {
            throw new ArgumentException(invalid.FailureMessage);
        }

        string[] validated = Validate is null ? [] : [ValidateStep];
        List<WorkflowStep> steps =
        [
            CreateStep(TrainStep, Train, validated, Parameters),
            CreateStep(EvaluateStep, Evaluate, [TrainStep], new Dictionary<string, string>()),
            CreateGate(Gates.ToDictionary(static gate => gate.Key, static gate => gate.Value.Copy(), StringComparer.Ordinal)),
            new()
            {
                Name = RegisterStep,
                Work = (context, token) => RegisterAsync(context, registry, token),
                DependsOn = Baseline is null ? [TrainStep, EvaluateStep, GateStep] : [TrainStep, EvaluateStep, GateStep, BaselineStep],
                CodeVersion = LibraryCodeVersion,
                HasSideEffects = true,
            },
        ];
        if (Baseline is not null)
        {
            // After the gate: a model that is not registered needs no baseline.
            steps.Insert(steps.Count - 1, CreateStep(BaselineStep, Baseline, [TrainStep, GateStep], new Dictionary<string, string>()));
        }

        if (Validate is not null)
        {
            steps.Insert(0, CreateStep(ValidateStep, Validate, [], new Dictionary<string, string>()));
        }

        if (Alias is not null)
        {
            steps.Add(new()
            {
                Name = PromoteStep,
                Work = (context, token) => PromoteAsync(context, registry, token),
                DependsOn = [RegisterStep],
                CodeVersion = LibraryCodeVersion,
                HasSideEffects = true,
            });
        }

        return new Workflow(Model, steps);
    }

    private WorkflowStep CreateStep(
        string name, Func<StepContext, CancellationToken, Task> work, IReadOnlyList<string> dependsOn, IReadOnlyDictionary<string, string> parameters) =>
        new()
        {
            Name = name,
            Work = work,
            Files = Files,
            Datasets = Datasets,
            DependsOn = dependsOn,
            Parameters = parameters,
            CodeVersion = CodeVersion,
            Packages = Packages,
            EnvironmentVariables = EnvironmentVariables,
            UsesSeed = name != ValidateStep,
        };

    private static WorkflowStep CreateGate(IReadOnlyDictionary<string, MetricBounds> gates) => new()
    {
        Name = GateStep,
        Work = (context, _) => CheckAsync(context, gates),
        DependsOn = [EvaluateStep],
        Parameters = gates.ToDictionary(static gate => gate.Key, static gate => gate.Value.ToString()),
        CodeVersion = LibraryCodeVersion,
    };

    private static Task CheckAsync(StepContext context, IReadOnlyDictionary<string, MetricBounds> gates)
    {
        var measured = context.GetOutputs(EvaluateStep).Metrics;
        var failed = gates
            .Where(gate => !measured.TryGetValue(gate.Key, out var value) || !gate.Value.Contains(value))
            .Select(gate => $"{gate.Key} is {DescribeMetric(gate.Key, measured)}, required {gate.Value}")
            .ToArray();
        if (failed.Length > 0)
        {
            context.Stop(string.Join("; ", failed));
        }

        return Task.CompletedTask;
    }

    private static string DescribeMetric(string metric, IReadOnlyDictionary<string, double> measured) =>
        measured.TryGetValue(metric, out var value) ? value.ToString(CultureInfo.InvariantCulture)
        : NearestName.Find(metric, measured.Keys) is { } nearest ? $"not measured, but '{nearest}' is"
        : "not measured";

    private async Task RegisterAsync(StepContext context, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var described = await Describe(context, cancellationToken).ConfigureAwait(false);
        if (Baseline is not null)
        {
            described = described.AddFiles(FindBaseline(context));
        }

        var model = await registry.FindAsync(Model, cancellationToken: cancellationToken).ConfigureAwait(false);
        var identical = await CreateFinder(described, context).FindAsync(model, cancellationToken).ConfigureAwait(false);
        var version = ChooseVersion(model, identical);
        if (version is null)
        {
            version = await context.Run.RegisterModelAsync(Model, described, null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            context.SetValue(UnchangedValue, "true");
            context.Remark = string.Create(CultureInfo.InvariantCulture, $"unchanged, version {version.Number} is identical");
        }

        context.SetValue(VersionValue, version.Number.ToString(CultureInfo.InvariantCulture));
        if (version.Status == ModelVersionStatus.Archived)
        {
            context.Stop(string.Create(
                CultureInfo.InvariantCulture,
                $"version {version.Number} of the model '{Model}' is identical and archived. Unarchive the version, or train another model"));
        }
    }

    private static string FindBaseline(StepContext context) => context.GetOutputs(BaselineStep).Files.Count > 0
        ? context.GetFolder(BaselineStep)
        : throw new InvalidOperationException(
            $"The function {nameof(Baseline)} of the workflow wrote no file. Write the baseline to {nameof(StepContext)}.{nameof(StepContext.Folder)}, or omit "
            + "the function.");

    /// <summary>Creates the finder of identical versions, which compares the metrics of the evaluation only.</summary>
    /// <remarks>The metrics of the run include durations, which differ in every run.</remarks>
    private IdenticalVersionFinder CreateFinder(ModelRegistration described, StepContext context) => new(
        described,
        described.Metrics.Count > 0 ? described.Metrics : context.GetOutputs(EvaluateStep).Metrics,
        described.Parameters.Count > 0
            ? described.Parameters
            : Parameters.ToDictionary(static parameter => $"{TrainStep}.{parameter.Key}", static parameter => parameter.Value),
        [.. described.Lineage.Datasets, .. context.Run.Info.Datasets.Select(static dataset => dataset.Reference).OfType<DatasetReference>()]);

    /// <summary>Chooses the version that has the alias, or else the newest ready version, or else the newest archived version.</summary>
    private ModelVersion? ChooseVersion(RegisteredModel? model, IReadOnlyList<ModelVersion> identical)
    {
        ModelVersion[] ready = [.. identical.Where(static version => version.Status == ModelVersionStatus.Ready)];
        var promoted = Alias is null ? null : model?.Find(Alias);
        return Array.Find(ready, version => version.Number == promoted?.Number) ?? (ready.Length > 0 ? ready[^1] : identical.Count > 0 ? identical[^1] : null);
    }

    private async Task PromoteAsync(StepContext context, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var version = int.Parse(context.GetOutputs(RegisterStep).Values[VersionValue], CultureInfo.InvariantCulture);
        var model = await registry.FindAsync(Model, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (model?.Find(Alias!)?.Number == version)
        {
            context.Remark = string.Create(CultureInfo.InvariantCulture, $"unchanged, '{Alias}' already points at version {version}");
            return;
        }

        try
        {
            await registry.SetAliasAsync(Model, Alias!, version, reason: $"run {context.Run.Info.Id}", cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PromotionRefusedException exception)
        {
            context.Stop(exception.Message);
        }
    }
}
