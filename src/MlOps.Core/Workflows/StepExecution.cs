using MlOps.Content;
using MlOps.Datasets;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Runs the steps of one workflow in one run, or restores what they made before.</summary>
internal sealed class StepExecution(
    StepMemory memory,
    IDatasetStore datasets,
    IReadOnlyDictionary<DatasetReference, DatasetVersion> versions,
    IRun run,
    Workflow workflow,
    WorkflowFolder folder,
    TimeProvider timeProvider)
{
    private readonly string _experiment = run.Info.Experiment;
    private readonly string _runId = run.Info.Id;

    /// <summary>Runs a step, unless one before it stopped the work or it ran on the same before.</summary>
    /// <param name="step">The step.</param>
    /// <param name="before">What became of those before it.</param>
    /// <param name="isForced">Whether it runs also if it ran on the same before.</param>
    /// <param name="cancellationToken">Cancels the step.</param>
    public async Task<StepResult> RunAsync(WorkflowStep step, IReadOnlyDictionary<string, StepResult> before, bool isForced, CancellationToken cancellationToken)
    {
        if (step.After.Select(name => before[name]).FirstOrDefault(static result => result.Status == StepStatus.Skipped || result.Outputs.StopReason is not null) is { } stopped)
        {
            return new StepResult { Step = step, Status = StepStatus.Skipped, Reason = stopped.Outputs.StopReason ?? stopped.Reason };
        }

        var started = timeProvider.GetTimestamp();
        var files = await StepFiles.ReadAsync(step.Files, new SourceSelection(step.Links, step.Ignore), cancellationToken).ConfigureAwait(false);
        var key = KeyOf(step, files, before);
        var isKept = !step.Acts && key.Code?.Doubt is null;
        var remembered = !isKept || isForced ? null : await memory.FindAsync(_experiment, key.ToDigest(), cancellationToken).ConfigureAwait(false);
        if (remembered is not null && await memory.TryRestoreAsync(remembered, folder.Renew(step.Name), cancellationToken).ConfigureAwait(false) is { } restored)
        {
            return ResultOf(step, StepStatus.Restored, restored, key, remembered.RunId!, started);
        }

        var (outputs, remark) = await WorkAsync(step, before, files, cancellationToken).ConfigureAwait(false);
        if (isKept)
        {
            await RememberAsync(step, key, outputs, timeProvider.GetElapsedTime(started), isMending: remembered is not null, cancellationToken).ConfigureAwait(false);
        }

        return ResultOf(step, StepStatus.Ran, outputs, key, _runId, started, step.Acts ? remark : DescribeDoubt(key.Code));
    }

    private static string? DescribeDoubt(CodeIdentity? code) =>
        code?.Doubt is { } doubt
            ? $"{doubt}, so nothing shows whether the step is the same as before. Set {nameof(WorkflowStep.CodeVersion)}, and it is restored"
            : null;

    private StepKey KeyOf(WorkflowStep step, StepFiles files, IReadOnlyDictionary<string, StepResult> before)
    {
        var code = CodeReader.Read(step);
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
            Steps = [.. step.After.Distinct().Order(StringComparer.Ordinal).Select(name => new StepInput(name, before[name].OutputDigest))],
        };
    }

    private async Task<(StepOutputs Outputs, string? Remark)> WorkAsync(
        WorkflowStep step, IReadOnlyDictionary<string, StepResult> before, StepFiles files, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, DatasetContents>(StringComparer.Ordinal);
        foreach (var reference in step.Datasets)
        {
            contents[reference.Name] = await datasets.OpenAsync(reference, cancellationToken).ConfigureAwait(false);
        }

        var made = folder.Renew(step.Name);
        var context = new StepContext(step, run, folder.Path, before, contents);
        await step.Work(context, cancellationToken).ConfigureAwait(false);
        files.ThrowIfChanged();
        var filesMade = await SourceHashes.ComputeAsync(SourceFile.FindAll([made]), cancellationToken).ConfigureAwait(false);
        return (context.ToOutputs(filesMade), context.Remark);
    }

    private Task RememberAsync(WorkflowStep step, StepKey key, StepOutputs outputs, TimeSpan duration, bool isMending, CancellationToken cancellationToken)
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
        return memory.RecordAsync(_experiment, key.ToDigest(), completed, outputs, Path.Combine(folder.Path, step.Name), isMending, cancellationToken);
    }

    private StepResult ResultOf(
        WorkflowStep step, StepStatus status, StepOutputs outputs, StepKey key, string runId, long started, string? reason = null) => new()
        {
            Step = step,
            Status = status,
            Duration = timeProvider.GetElapsedTime(started),
            Reason = reason,
            Outputs = outputs,
            RunId = runId,
            Key = key,
            OutputDigest = StepManifest.DigestOf(outputs),
        };
}
