using MlOps.Records;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Runs workflows and caches the outputs of their steps.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store. If two processes run the
/// same step at the same time, both execute it.</para>
/// <para>Atomicity and ordering: the outputs of a step are cached completely or not at all, after the step has succeeded. Steps run one after another.</para>
/// </remarks>
/// <example>
/// The second run of this workflow restores both steps if neither the file nor the code has changed.
/// <code>
/// var workflow = new Workflow(
///     "iris",
///     [
///         new() { Name = "prepare", Files = ["iris.csv"], Work = PrepareAsync },
///         new() { Name = "train", DependsOn = ["prepare"], Work = TrainAsync },
///     ]);
/// await tracker.RunAsync("iris", new RunStart(), async (run, token) =>
///     Console.Write(await runner.RunAsync(workflow, run, cancellationToken: token)));
/// </code>
/// </example>
public interface IWorkflowRunner
{
    /// <summary>Runs a workflow as part of a run.</summary>
    /// <remarks>
    /// A step is not executed if it already completed in the experiment of the run with the same inputs, parameters and code. Its outputs are
    /// restored instead. The run records the parameters of the steps as <c>&lt;step&gt;.&lt;name&gt;</c>, the datasets, the metrics of the steps, and
    /// the duration of each step as the metric <c>workflow/&lt;step&gt;/seconds</c>. The artifacts <c>workflows/&lt;name&gt;.json</c> and <c>.md</c>
    /// contain the result of every step, also if a step fails. The run does not end with the workflow.
    /// </remarks>
    /// <param name="workflow">The workflow.</param>
    /// <param name="run">The run, created by a tracker that uses the same store.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Receives a report before and after each step.</param>
    /// <param name="cancellationToken">Cancels the current step and the steps after it. The outputs of completed steps stay cached.</param>
    /// <returns>The result of each step.</returns>
    /// <exception cref="ArgumentException">No step was executed, because a forced step is not part of the workflow, the run already has a parameter of a step
    /// with another value, a step without <see cref="WorkflowStep.CodeVersion"/> captures a value that cannot be hashed, or a step names a package that the
    /// program does not reference.</exception>
    /// <exception cref="VersionNotFoundException">A version of a dataset does not exist. No step was executed.</exception>
    /// <exception cref="StepFailedException">A step failed.</exception>
    Task<WorkflowResult> RunAsync(
        Workflow workflow,
        IRun run,
        WorkflowRunOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Reads the histories of all steps of an experiment.</summary>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, grouped by step (<c>key</c> in <see cref="RecordEvent.Data"/>), the oldest event of each step first. Empty if no step
    /// completed in the experiment.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the event.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default);
}
