using System.Collections.Concurrent;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Records;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Provides the inputs of a step to its function and collects its outputs.</summary>
/// <remarks>Thread-safe. Valid until the function returns.</remarks>
public sealed class StepContext
{
    private readonly WorkflowStep _step;
    private readonly IReadOnlyDictionary<string, StepResult> _before;
    private readonly IReadOnlyDictionary<string, DatasetContents> _datasets;
    private readonly string _root;
    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> _metrics = new(StringComparer.Ordinal);
    private volatile string? _stopReason;

    internal StepContext(
        WorkflowStep step, IRun run, string root, IReadOnlyDictionary<string, StepResult> before, IReadOnlyDictionary<string, DatasetContents> datasets)
    {
        _step = step;
        _before = before;
        _datasets = datasets;
        _root = root;
        Run = run;
        Folder = Path.Combine(root, step.Name);
    }

    /// <summary>Gets the run.</summary>
    /// <remarks>Data that the step records with the run is not an output of the step. A later run that restores the step has only the outputs.</remarks>
    public IRun Run { get; }

    /// <summary>Gets the parameters of the step.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _step.Parameters;

    /// <summary>Gets the files and folders on disk that the step reads.</summary>
    public IReadOnlyList<string> Files => _step.Files;

    /// <summary>Gets the folder for the output files of the step. The folder exists and is empty when the function starts.</summary>
    public string Folder { get; }

    /// <summary>Gets the folder with the output files of another step.</summary>
    /// <param name="step">The name of a step in <see cref="WorkflowStep.DependsOn"/>.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ArgumentException">The step does not depend on that one.</exception>
    public string GetFolder(string step)
    {
        _ = GetOutputs(step);
        return Path.Combine(_root, step);
    }

    /// <summary>Gets the outputs of another step.</summary>
    /// <param name="step">The name of a step in <see cref="WorkflowStep.DependsOn"/>.</param>
    /// <returns>The outputs.</returns>
    /// <exception cref="ArgumentException">The step does not depend on that one.</exception>
    public StepOutputs GetOutputs(string step) => _step.DependsOn.Contains(step)
        ? _before[step].Outputs
        : throw new ArgumentException(
            $"The step '{_step.Name}' does not depend on '{step}', so the outputs of '{step}' are not available. "
            + $"Add '{step}' to {nameof(WorkflowStep.DependsOn)}.",
            nameof(step));

    /// <summary>Gets the contents of a dataset that the step reads.</summary>
    /// <param name="name">The name of a dataset in <see cref="WorkflowStep.Datasets"/>.</param>
    /// <returns>The contents, from which files can be restored or opened.</returns>
    /// <exception cref="ArgumentException">The step does not read that dataset.</exception>
    public DatasetContents GetDataset(string name) => _datasets.TryGetValue(name, out var contents)
        ? contents
        : throw new ArgumentException(
            $"The step '{_step.Name}' does not read the dataset '{name}'. Add a version of the dataset to {nameof(WorkflowStep.Datasets)}.", nameof(name));

    /// <summary>Sets a text as an output of the step.</summary>
    /// <param name="name">The name. A later call with the same name replaces the value.</param>
    /// <param name="value">The text.</param>
    public void SetValue(string name, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        _values[name] = value;
    }

    /// <summary>Sets a metric as an output of the step. The run records the metric, and so does each later run that restores the step.</summary>
    /// <param name="name">The name of the metric. A later call with the same name replaces the value.</param>
    /// <param name="value">The value. NaN and infinite values are allowed.</param>
    public void SetMetric(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        RecordRules.ValidateName("metric", name);
        _metrics[name] = value;
    }

    /// <summary>Skips the steps that depend on this step. The workflow does not fail.</summary>
    /// <param name="reason">The reason, as a clause without a period.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _stopReason = reason;
    }

    /// <summary>Gets or sets a remark for <see cref="StepResult.Reason"/>, as a clause without a period.</summary>
    internal string? Remark { get; set; }

    internal StepOutputs ToOutputs(IReadOnlyList<ContentFile> files) => new()
    {
        Files = files,
        Values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal),
        Metrics = new SortedDictionary<string, double>(_metrics, StringComparer.Ordinal),
        StopReason = _stopReason,
    };
}
