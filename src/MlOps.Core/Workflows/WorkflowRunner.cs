using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Records;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <inheritdoc cref="IWorkflowRunner"/>
internal sealed partial class WorkflowRunner(
    StepCache cache, StepRecords records, IDatasetStore datasets, TimeProvider timeProvider, ILogger<WorkflowRunner> logger) : IWorkflowRunner
{
    private const string ArtifactFolder = "workflows";

    /// <inheritdoc/>
    public async Task<WorkflowResult> RunAsync(
        Workflow workflow,
        IRun run,
        WorkflowRunOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        ArgumentNullException.ThrowIfNull(run);
        options ??= new WorkflowRunOptions();
        ThrowIfUnknown(workflow, options.ForcedSteps);
        ThrowIfNotIdentifiable(workflow);
        var versions = await FindVersionsAsync(workflow, cancellationToken).ConfigureAwait(false);
        await RecordInputsAsync(workflow, run, versions, cancellationToken).ConfigureAwait(false);

        using var folder = new WorkflowFolder(options.Folder);
        var executor = new StepExecutor(cache, datasets, versions, run, workflow, folder, timeProvider);
        var results = new Dictionary<string, StepResult>(StringComparer.Ordinal);
        foreach (var (step, index) in workflow.Steps.Select(static (step, index) => (step, index)))
        {
            progress?.Report(new OperationProgress(step.Name, index, workflow.Steps.Count));
            var isForced = options.Force || options.ForcedSteps.Contains(step.Name);
            var (result, failure) = await TryRunAsync(executor, step, results, run, isForced, cancellationToken).ConfigureAwait(false);
            results[step.Name] = result;
            progress?.Report(new OperationProgress(step.Name, index + 1, workflow.Steps.Count, detail: WorkflowFormatter.Format(result.Status)));
            if (failure is not null)
            {
                await TryRecordAsync(run, ResultOf(workflow, results), cancellationToken).ConfigureAwait(false);
                throw new StepFailedException(workflow.Name, step.Name, failure);
            }
        }

        var all = ResultOf(workflow, results);
        await RecordAsync(run, all, cancellationToken).ConfigureAwait(false);
        return all;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default) =>
        records.ReadHistoryAsync(experiment, cancellationToken);

    private static void ThrowIfUnknown(Workflow workflow, IReadOnlyList<string> forced)
    {
        if (forced.FirstOrDefault(name => workflow.Steps.All(step => step.Name != name)) is { } unknown)
        {
            throw new ArgumentException(
                $"The step '{unknown}' cannot be forced, because the workflow '{workflow.Name}' has no such step. "
                + $"Use one of its steps: {string.Join(", ", workflow.Steps.Select(static step => $"'{step.Name}'"))}.",
                nameof(forced));
        }
    }

    /// <summary>Identifies the code of every step before the first step runs, so that a workflow with an invalid step fails at once.</summary>
    /// <remarks>Each step is identified again before it runs, because an earlier step may change a captured value.</remarks>
    private static void ThrowIfNotIdentifiable(Workflow workflow)
    {
        foreach (var step in workflow.Steps)
        {
            _ = CodeIdentityReader.Read(step);
        }
    }

    private static WorkflowResult ResultOf(Workflow workflow, Dictionary<string, StepResult> results) => new(
        workflow,
        [.. workflow.Steps.Select(step => results.TryGetValue(step.Name, out var result) ? result : new StepResult(step, StepStatus.NotRun))]);

    /// <summary>Records the parameters and datasets of all steps in one change, before the first step runs.</summary>
    private static Task RecordInputsAsync(
        Workflow workflow, IRun run, IReadOnlyDictionary<DatasetReference, DatasetVersion> versions, CancellationToken cancellationToken)
    {
        var recorded = run.Info.Datasets.Select(static dataset => (dataset.Name, dataset.Version, dataset.Context)).ToHashSet();
        var change = new RunChange
        {
            Parameters = workflow.Steps
                .SelectMany(static step => step.Parameters.Select(parameter => KeyValuePair.Create($"{step.Name}.{parameter.Key}", parameter.Value)))
                .ToDictionary(),
            Datasets = [.. workflow.Steps
                .SelectMany(step => step.Datasets.Distinct().Select(dataset => RunDataset.Of(versions[dataset], step.Name)))
                .Where(dataset => !recorded.Contains((dataset.Name, dataset.Version, dataset.Context)))],
        };
        return change.Parameters.Count + change.Datasets.Count == 0 ? Task.CompletedTask : run.ChangeAsync(change, cancellationToken);
    }

    /// <summary>Records the metrics of a step that ran or was restored, and its duration.</summary>
    private static void RecordOutcome(IRun run, StepResult result)
    {
        foreach (var (name, value) in result.Outputs.Metrics)
        {
            run.LogMetric(name, value);
        }

        run.GetMetric($"workflow/{result.Step.Name}/seconds", "s").Record(result.Duration.TotalSeconds);
    }

    private static async Task RecordAsync(IRun run, WorkflowResult result, CancellationToken cancellationToken)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(WorkflowDocument.Of(result), WorkflowJson.Default.WorkflowDocument);
        using var json = new MemoryStream(document, writable: false);
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(WorkflowFormatter.ToMarkdown(result)), writable: false);
        var artifacts = new RunArtifacts
        {
            Folder = ArtifactFolder,
            Streams = new Dictionary<string, Stream> { [$"{result.Workflow.Name}.json"] = json, [$"{result.Workflow.Name}.md"] = text },
        };
        await run.LogArtifactsAsync(artifacts, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records the results before a step failed. A failure is logged, so that it does not replace the exception of the step.</summary>
    private async Task TryRecordAsync(IRun run, WorkflowResult result, CancellationToken cancellationToken)
    {
        try
        {
            await RecordAsync(run, result, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotRecorded(result.Workflow.Name, exception);
        }
    }

    private async Task<(StepResult Result, Exception? Failure)> TryRunAsync(
        StepExecutor executor,
        WorkflowStep step,
        IReadOnlyDictionary<string, StepResult> previous,
        IRun run,
        bool isForced,
        CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        try
        {
            var result = await executor.RunAsync(step, previous, isForced, cancellationToken).ConfigureAwait(false);
            RecordOutcome(run, result);
            LogEnded(step.Name, result.Status, result.Duration);
            if (result is { Status: StepStatus.Ran, Reason: { } reason, Step.HasSideEffects: false })
            {
                LogUncertain(step.Name, reason);
            }

            return (result, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (new StepResult(step, StepStatus.Failed) { Duration = timeProvider.GetElapsedTime(started), Reason = exception.Message }, exception);
        }
    }

    private async Task<IReadOnlyDictionary<DatasetReference, DatasetVersion>> FindVersionsAsync(Workflow workflow, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<DatasetReference, DatasetVersion>();
        foreach (var reference in workflow.Steps.SelectMany(static step => step.Datasets).Distinct())
        {
            versions[reference] = (await datasets.OpenAsync(reference, cancellationToken).ConfigureAwait(false)).Version;
        }

        return versions;
    }

    [LoggerMessage(564, LogLevel.Warning, "The results of the workflow '{Workflow}' before the failed step could not be recorded with the run.")]
    private partial void LogNotRecorded(string workflow, Exception exception);

    [LoggerMessage(565, LogLevel.Warning, "Step '{Step}' ran, but its outputs cannot be restored later: {Reason}.")]
    private partial void LogUncertain(string step, string reason);

    [LoggerMessage(563, LogLevel.Information, "Step '{Step}': {Status} in {Duration}.")]
    private partial void LogEnded(string step, StepStatus status, TimeSpan duration);
}
