using MlOps.Content;
using MlOps.Datasets;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Executes the steps of a workflow in a run, or restores their cached outputs.</summary>
internal sealed class StepExecutor(
    StepCache cache,
    IDatasetStore datasets,
    IReadOnlyDictionary<DatasetReference, DatasetVersion> versions,
    IRun run,
    Workflow workflow,
    WorkflowFolder folder,
    TimeProvider timeProvider)
{
    private readonly string _experiment = run.Info.Experiment;
    private readonly string _runId = run.Info.Id;

    /// <summary>Executes, restores or skips a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="previous">The results of the previous steps, by name.</param>
    /// <param name="isForced">Whether the step is executed even if its outputs are cached.</param>
    /// <param name="cancellationToken">Cancels the step.</param>
    public async Task<StepResult> RunAsync(
        WorkflowStep step, IReadOnlyDictionary<string, StepResult> previous, bool isForced, CancellationToken cancellationToken)
    {
        var stopped = step.DependsOn.Select(name => previous[name])
            .FirstOrDefault(static result => result.Status == StepStatus.Skipped || result.Outputs.StopReason is not null);
        if (stopped is not null)
        {
            return new StepResult(step, StepStatus.Skipped) { Reason = stopped.Outputs.StopReason ?? stopped.Reason };
        }

        var started = timeProvider.GetTimestamp();
        var files = await StepInputFiles.ReadAsync(step.Files, new SourceSelection(step.Links, step.Ignore), cancellationToken).ConfigureAwait(false);
        var key = KeyOf(step, files, previous);
        var isCacheable = !step.HasSideEffects && key.Code?.UncertainReason is null;
        var cached = !isCacheable || isForced ? null : await cache.FindAsync(_experiment, key.ToDigest(), cancellationToken).ConfigureAwait(false);
        if (cached is not null && await cache.TryRestoreAsync(cached, folder.CreateEmpty(step.Name), cancellationToken).ConfigureAwait(false) is { } restored)
        {
            return ResultOf(step, StepStatus.Restored, restored, key, cached.RunId!, started);
        }

        var (outputs, remark) = await ExecuteAsync(step, previous, files, cancellationToken).ConfigureAwait(false);
        if (isCacheable)
        {
            var duration = timeProvider.GetElapsedTime(started);
            await AddToCacheAsync(step, key, outputs, duration, isRepair: cached is not null, cancellationToken).ConfigureAwait(false);
        }

        return ResultOf(step, StepStatus.Ran, outputs, key, _runId, started, step.HasSideEffects ? remark : DescribeUncertainty(key.Code));
    }

    private static string? DescribeUncertainty(CodeIdentity? code) => code?.UncertainReason is { } reason
        ? $"{reason}, so the code cannot be identified and the step runs every time. Set {nameof(WorkflowStep.CodeVersion)} to have it restored"
        : null;

    private StepKey KeyOf(WorkflowStep step, StepInputFiles files, IReadOnlyDictionary<string, StepResult> previous)
    {
        var code = CodeIdentityReader.Read(step);
        var isVersionAlone = code is { Version: not null, Packages: null, Environment: null };
        return new StepKey
        {
            Step = step.Name,
            CodeVersion = isVersionAlone ? code.Version : null,
            Code = isVersionAlone ? null : code,
            Seed = step.UsesSeed ? run.Info.Seed : null,
            Parameters = new SortedDictionary<string, string>(step.Parameters.ToDictionary(), StringComparer.Ordinal),
            Files = files.Inputs,
            Datasets =
            [
                .. step.Datasets.Distinct().OrderBy(static dataset => dataset.ToString(), StringComparer.Ordinal)
                    .Select(dataset => new StepInput(dataset.ToString(), versions[dataset].Digest)),
            ],
            Steps = [.. step.DependsOn.Distinct().Order(StringComparer.Ordinal).Select(name => new StepInput(name, previous[name].OutputDigest))],
        };
    }

    private async Task<(StepOutputs Outputs, string? Remark)> ExecuteAsync(
        WorkflowStep step, IReadOnlyDictionary<string, StepResult> previous, StepInputFiles files, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, DatasetContents>(StringComparer.Ordinal);
        foreach (var reference in step.Datasets)
        {
            contents[reference.Name] = await datasets.OpenAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        var outputFolder = folder.CreateEmpty(step.Name);
        var context = new StepContext(step, run, folder.Path, previous, contents);
        await step.Work(context, cancellationToken).ConfigureAwait(false);
        files.ThrowIfChanged();
        var outputFiles = await SourceHashes.ComputeAsync(SourceFile.FindAll([outputFolder]), cancellationToken).ConfigureAwait(false);
        return (context.ToOutputs(outputFiles), context.Remark);
    }

    private Task AddToCacheAsync(WorkflowStep step, StepKey key, StepOutputs outputs, TimeSpan duration, bool isRepair, CancellationToken cancellationToken)
    {
        var completed = new StepEvent
        {
            Kind = StepEventKind.Completed,
            Step = step.Name,
            Workflow = workflow.Name,
            RunId = _runId,
            Manifest = StepManifest.DigestOf(outputs),
            Duration = duration,
        };
        return cache.AddAsync(_experiment, key.ToDigest(), completed, outputs, Path.Combine(folder.Path, step.Name), isRepair, cancellationToken);
    }

    private StepResult ResultOf(
        WorkflowStep step, StepStatus status, StepOutputs outputs, StepKey key, string runId, long started, string? reason = null) => new(step, status)
        {
            Duration = timeProvider.GetElapsedTime(started),
            Reason = reason,
            Outputs = outputs,
            RunId = runId,
            Key = key,
            OutputDigest = StepManifest.DigestOf(outputs),
        };
}
