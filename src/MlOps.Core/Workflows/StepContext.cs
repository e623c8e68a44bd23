using System.Collections.Concurrent;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Records;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>What the function of a step is given, and where it puts what it makes.</summary>
/// <remarks>Thread-safe. It lives as long as the function runs.</remarks>
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

    /// <summary>Gets the run. What is recorded with it here belongs to it alone: a later run that restores the step has only the outputs.</summary>
    public IRun Run { get; }

    /// <summary>Gets what the step is set to.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _step.Parameters;

    /// <summary>Gets the files and folders on disk that the step reads.</summary>
    public IReadOnlyList<string> Files => _step.Files;

    /// <summary>Gets the folder for the files that the step makes, which is there and empty.</summary>
    public string Folder { get; }

    /// <summary>Gets the folder of an earlier step's files.</summary>
    /// <param name="step">One of <see cref="WorkflowStep.After"/>.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ArgumentException">The step does not depend on that one.</exception>
    public string GetFolder(string step)
    {
        _ = GetOutputs(step);
        return Path.Combine(_root, step);
    }

    /// <summary>Gets what an earlier step has made.</summary>
    /// <param name="step">One of <see cref="WorkflowStep.After"/>.</param>
    /// <returns>Its outputs.</returns>
    /// <exception cref="ArgumentException">The step does not depend on that one.</exception>
    public StepOutputs GetOutputs(string step) => _step.After.Contains(step)
        ? _before[step].Outputs
        : throw new ArgumentException($"The step '{_step.Name}' does not depend on '{step}', so it cannot have its outputs. Add '{step}' to its After.", nameof(step));

    /// <summary>Gets a dataset that the step reads, from which its files can be restored or opened.</summary>
    /// <param name="name">The name of one of <see cref="WorkflowStep.Datasets"/>.</param>
    /// <returns>Its contents.</returns>
    /// <exception cref="ArgumentException">The step does not read that dataset.</exception>
    public DatasetContents GetDataset(string name) => _datasets.TryGetValue(name, out var contents)
        ? contents
        : throw new ArgumentException($"The step '{_step.Name}' does not read the dataset '{name}'. Add the version it is to read to its Datasets.", nameof(name));

    /// <summary>Makes a text one of the step's outputs.</summary>
    /// <param name="name">Its name; the last value given counts.</param>
    /// <param name="value">The text.</param>
    public void SetValue(string name, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        _values[name] = value;
    }

    /// <summary>Makes a number one of the step's outputs, and a metric of each run that has the step, whether it runs or is restored.</summary>
    /// <param name="name">The metric's name; the last value given counts.</param>
    /// <param name="value">The number; NaN and the infinities are values like others.</param>
    public void SetMetric(string name, double value)
    {
        ArgumentNullException.ThrowIfNull(name);
        RecordRules.ValidateName("metric", name);
        _metrics[name] = value;
    }

    /// <summary>Says that what depends on this step is not to be done. That is a result and no failure.</summary>
    /// <param name="reason">Why, as a clause.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _stopReason = reason;
    }

    /// <summary>Gets or sets a clause about what the step found, for a person.</summary>
    internal string? Remark { get; set; }

    internal StepOutputs ToOutputs(IReadOnlyList<ContentFile> files) => new()
    {
        Files = files,
        Values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal),
        Metrics = new SortedDictionary<string, double>(_metrics, StringComparer.Ordinal),
        StopReason = _stopReason,
    };
}
