using System.Globalization;
using MlOps.Datasets;
using MlOps.Registry;

namespace MlOps.Workflows;

/// <summary>The usual way of a model: validate data, train, evaluate, gate, register, promote.</summary>
/// <remarks>
/// <para>The first four depend on what they read, training and evaluation also on the run's seed, so they are restored if nothing changed: give <see cref="Tracking.RunStart.Seed"/>. Registering and promoting act on the registry, so they happen every time that the gate is passed.</para>
/// <para>A version that is there already is not registered again: one with the same files, examples, format, signature, datasets and source, with the
/// metrics and parameters that <see cref="Describe"/> gives, or else those of the evaluation and of <see cref="Parameters"/>. If only an archived version
/// is the same, the work stops; a deleted one does not count. Tags, texts and resources of the version that is there stay as they are.</para>
/// <para>Data that are not valid, a gate that is not passed and a promotion that is refused are results that stop the work, and no failures.</para>
/// </remarks>
public sealed class StandardWorkflow
{
    /// <summary>The name of the step that validates the data.</summary>
    public const string ValidateStep = "validate";

    /// <summary>The name of the step that trains.</summary>
    public const string TrainStep = "train";

    /// <summary>The name of the step that evaluates.</summary>
    public const string EvaluateStep = "evaluate";

    /// <summary>The name of the step that compares metrics with their bounds.</summary>
    public const string GateStep = "gate";

    /// <summary>The name of the step that registers the model. Its value <c>version</c> is the number of the version, and its value <c>unchanged</c> is
    /// <c>true</c> if that version was registered before.</summary>
    public const string RegisterStep = "register";

    /// <summary>The name of the step that gives the version its alias.</summary>
    public const string PromoteStep = "promote";

    private const string VersionValue = "version";
    private const string UnchangedValue = "unchanged";

    /// <summary>The library's own steps do not change with its assembly, but when they come to do something else.</summary>
    private const string OwnCode = "1";

    /// <summary>Gets the name of the model, which is also the workflow's.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the files and folders that the first three steps read.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the versions of datasets that the first three steps read.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets what validates the data: it calls <see cref="StepContext.Stop"/> if they are not valid.</summary>
    /// <value>The default, <see langword="null"/>, leaves the step out.</value>
    public Func<StepContext, CancellationToken, Task>? Validate { get; init; }

    /// <summary>Gets what trains: it puts the model into <see cref="StepContext.Folder"/>.</summary>
    public required Func<StepContext, CancellationToken, Task> Train { get; init; }

    /// <summary>Gets what training is set to.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what evaluates the files of the step <see cref="TrainStep"/>: it calls <see cref="StepContext.SetMetric"/>.</summary>
    public required Func<StepContext, CancellationToken, Task> Evaluate { get; init; }

    /// <summary>Gets the bounds of metrics of the evaluation.</summary>
    /// <value>The default is none, which every model passes.</value>
    public IReadOnlyDictionary<string, MetricBounds> Gates { get; init; } = new Dictionary<string, MetricBounds>();

    /// <summary>Gets what says how the files of the step <see cref="TrainStep"/> are registered. If it names no metrics, those of the run, among them the evaluation's, are the version's.</summary>
    public required Func<StepContext, CancellationToken, Task<ModelRegistration>> Describe { get; init; }

    /// <summary>Gets the alias that the version is to have.</summary>
    /// <value>The default, <see langword="null"/>, leaves the step out.</value>
    public string? Alias { get; init; }

    /// <summary>Gets the version of the code of the first three steps; see <see cref="WorkflowStep.CodeVersion"/>.</summary>
    public string? CodeVersion { get; init; }

    /// <summary>Gets the names of the NuGet packages that the first three steps depend on; see <see cref="WorkflowStep.Packages"/>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Gets the names of the environment variables that the first three steps depend on.</summary>
    /// <remarks>See <see cref="WorkflowStep.EnvironmentVariables"/>.</remarks>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>Makes the workflow.</summary>
    /// <param name="registry">Where the alias is given: the registry of the store that the run's tracker uses.</param>
    /// <returns>The workflow.</returns>
    /// <exception cref="ArgumentException">The model's name cannot be that of a workflow.</exception>
    public Workflow ToWorkflow(IModelRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        if (Alias is not null)
        {
            AliasRules.Validate(Alias);
        }

        string[] validated = Validate is null ? [] : [ValidateStep];
        List<WorkflowStep> steps =
        [
            CreateReading(TrainStep, Train, validated, Parameters),
            CreateReading(EvaluateStep, Evaluate, [TrainStep], new Dictionary<string, string>()),
            CreateGate(),
            new()
            {
                Name = RegisterStep,
                Work = (context, token) => RegisterAsync(context, registry, token),
                After = [TrainStep, EvaluateStep, GateStep],
                CodeVersion = OwnCode,
                Acts = true,
            },
        ];
        if (Validate is not null)
        {
            steps.Insert(0, CreateReading(ValidateStep, Validate, [], new Dictionary<string, string>()));
        }

        if (Alias is not null)
        {
            steps.Add(new() { Name = PromoteStep, Work = (context, token) => PromoteAsync(context, registry, token), After = [RegisterStep], CodeVersion = OwnCode, Acts = true });
        }

        return new Workflow(Model, steps);
    }

    private WorkflowStep CreateReading(
        string name, Func<StepContext, CancellationToken, Task> work, IReadOnlyList<string> after, IReadOnlyDictionary<string, string> parameters) =>
        new()
        {
            Name = name,
            Work = work,
            Files = Files,
            Datasets = Datasets,
            After = after,
            Parameters = parameters,
            CodeVersion = CodeVersion,
            Packages = Packages,
            EnvironmentVariables = EnvironmentVariables,
            UsesSeed = name != ValidateStep,
        };

    private WorkflowStep CreateGate() => new()
    {
        Name = GateStep,
        Work = CheckAsync,
        After = [EvaluateStep],
        Parameters = Gates.ToDictionary(static gate => gate.Key, static gate => gate.Value.ToString()),
        CodeVersion = OwnCode,
    };

    private Task CheckAsync(StepContext context, CancellationToken cancellationToken)
    {
        var measured = context.GetOutputs(EvaluateStep).Metrics;
        var failed = Gates
            .Where(gate => !measured.TryGetValue(gate.Key, out var value) || !gate.Value.Hold(value))
            .Select(gate => string.Create(
                CultureInfo.InvariantCulture, $"{gate.Key} is {(measured.TryGetValue(gate.Key, out var value) ? value : DescribeMissing(gate.Key, measured.Keys))}, required {gate.Value}"))
            .ToArray();
        if (failed.Length > 0)
        {
            context.Stop(string.Join("; ", failed));
        }

        return Task.CompletedTask;
    }

    private static string DescribeMissing(string metric, IEnumerable<string> measured) =>
        NearestName.Find(metric, measured) is { } nearest ? $"not measured, but '{nearest}' is" : "not measured";

    private async Task RegisterAsync(StepContext context, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var described = await Describe(context, cancellationToken).ConfigureAwait(false);
        var model = await registry.FindAsync(Model, cancellationToken: cancellationToken).ConfigureAwait(false);
        var same = await Seek(described, context).FindAsync(model, cancellationToken).ConfigureAwait(false);
        var version = ChooseVersion(model, same);
        if (version is null)
        {
            version = await context.Run.RegisterModelAsync(Model, described, null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            context.SetValue(UnchangedValue, "true");
            context.Remark = string.Create(CultureInfo.InvariantCulture, $"unchanged, version {version.Number} is the same");
        }

        context.SetValue(VersionValue, version.Number.ToString(CultureInfo.InvariantCulture));
        if (version.Status == ModelVersionStatus.Archived)
        {
            context.Stop(string.Create(
                CultureInfo.InvariantCulture,
                $"version {version.Number} of the model '{Model}' is the same and is archived. Unarchive it, or train another model"));
        }
    }

    /// <summary>The run's metrics include the times of this run, so only those count that the evaluation has measured.</summary>
    private IdenticalVersions Seek(ModelRegistration described, StepContext context) => new(
        described,
        described.Metrics.Count > 0 ? described.Metrics : context.GetOutputs(EvaluateStep).Metrics,
        described.Parameters.Count > 0
            ? described.Parameters
            : Parameters.ToDictionary(static parameter => $"{TrainStep}.{parameter.Key}", static parameter => parameter.Value),
        [.. described.Lineage.Datasets, .. context.Run.Info.Datasets.Select(static dataset => dataset.Reference).OfType<DatasetReference>()]);

    /// <summary>Chooses the version that has the alias, or else the newest; an archived one if there is no other.</summary>
    private ModelVersion? ChooseVersion(RegisteredModel? model, IReadOnlyList<ModelVersion> same)
    {
        ModelVersion[] ready = [.. same.Where(static version => version.Status == ModelVersionStatus.Ready)];
        var promoted = Alias is null ? null : model?.Find(Alias);
        return Array.Find(ready, version => version.Number == promoted?.Number) ?? (ready.Length > 0 ? ready[^1] : same.Count > 0 ? same[^1] : null);
    }

    private async Task PromoteAsync(StepContext context, IModelRegistry registry, CancellationToken cancellationToken)
    {
        var version = int.Parse(context.GetOutputs(RegisterStep).Values[VersionValue], CultureInfo.InvariantCulture);
        var model = await registry.FindAsync(Model, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (model?.Find(Alias!)?.Number == version)
        {
            context.Remark = string.Create(CultureInfo.InvariantCulture, $"unchanged, '{Alias}' points at version {version} already");
            return;
        }

        try
        {
            await registry.SetAliasAsync(Model, Alias!, version, reason: $"run {context.Run.Info.Id}", cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (PromotionRefusedException exception)
        {
            context.Stop(exception.Message);
        }
    }
}
