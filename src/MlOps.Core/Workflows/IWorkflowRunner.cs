using MlOps.Records;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Runs workflows, and remembers what their steps made.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store. If two run the same step at once, both do the work.</para>
/// <para>Atomicity and ordering: a step is remembered whole or not at all, when it has ended well. Steps run one after another.</para>
/// </remarks>
public interface IWorkflowRunner
{
    /// <summary>Runs a workflow as part of a run: of each step that ran on the same before in the run's experiment, the outputs are restored instead.</summary>
    /// <remarks>
    /// The run gets the steps' parameters as <c>&lt;step&gt;.&lt;name&gt;</c>, the datasets, the steps' metrics, the time of each as <c>workflow/&lt;step&gt;/seconds</c>, and the artifacts
    /// <c>workflows/&lt;name&gt;.json</c> and <c>.md</c>, which say what became of every step, also if one fails. It does not end with the workflow.
    /// </remarks>
    /// <param name="workflow">The workflow.</param>
    /// <param name="run">The run, of a tracker that uses the same store.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told before and after each step.</param>
    /// <param name="cancellationToken">Cancels the step that runs, and those after it. What was finished is remembered.</param>
    /// <returns>What became of each step.</returns>
    /// <exception cref="ArgumentException">A step to be forced is not one of the workflow, the run has a parameter of a step with another value, a step
    /// captures a value that cannot be hashed and has no <see cref="WorkflowStep.CodeVersion"/>, or it names a package that the program does not have; no step
    /// ran.</exception>
    /// <exception cref="VersionNotFoundException">A dataset's version is not there; no step ran.</exception>
    /// <exception cref="StepFailedException">A step failed.</exception>
    Task<WorkflowResult> RunAsync(
        Workflow workflow, IRun run, WorkflowRunOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the histories of all steps of an experiment: when each ran, in which run, and when its outputs were forgotten.</summary>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, grouped by step (<see cref="StepEvent.Key"/>), each step's oldest first; none if no step ran in the experiment.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names it.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names it.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default);
}
