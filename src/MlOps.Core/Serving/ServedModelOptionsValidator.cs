using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

internal sealed class ServedModelOptionsValidator : IValidateOptions<ServedModelOptions>
{
    private const int MaxPredictors = 1_024;
    private const int MaxSideVersions = 1_024;
    private const int LargestBatch = 65_536;
    private static readonly TimeSpan s_shortestPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_shortestLoad = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, ServedModelOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var path = $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}";
        Require(RecordText.IsRecordName(name!), path, name,
            "a name that is valid as a folder name: pass another name to AddModel, and set Model to the name in the registry");
        Require(options.Model is null || RecordText.IsRecordName(options.Model), $"{path}:Model", options.Model, "the name of a model in the registry");
        if (AliasRules.FindFault(options.Alias ?? "") is { } aliasFault)
        {
            faults.AddError(
                $"{path}:Alias is '{RecordText.Shorten(options.Alias ?? "")}', which is not a valid alias: {aliasFault} "
                + $"Set it to the alias of a version, such as 'production', or set {path}:Version.");
        }

        Require(options.Version is null or >= 1, $"{path}:Version", options.Version, "a version number of at least 1, or remove it to follow the alias");
        Require(
            options.PollInterval == TimeSpan.Zero || (options.PollInterval >= s_shortestPoll && options.PollInterval <= s_longestWait),
            $"{path}:PollInterval", options.PollInterval, "00:00:00.010 to 1.00:00:00, or 00:00:00 to disable polling");
        if (options.CacheFolder is { } folder
            && FolderSetting.FindFault($"{path}:CacheFolder", folder, "Set it to a folder on a local disk, or remove it.") is { } folderFault)
        {
            faults.AddError(folderFault);
        }

        RequireFile();
        Require(
            options.MemoryBudget is null or >= 1, $"{path}:MemoryBudget", options.MemoryBudget, "a number of bytes of at least 1, or remove it for no limit");
        Require(
            options.LoadTimeout >= s_shortestLoad && options.LoadTimeout <= s_longestWait,
            $"{path}:LoadTimeout", options.LoadTimeout, "00:00:01 to 1.00:00:00");
        Require(
            options.WarmUpTime >= TimeSpan.Zero && options.WarmUpTime <= s_longestWarmUp,
            $"{path}:WarmUpTime", options.WarmUpTime, "00:00:00 for no warm-up, to 01:00:00");
        Require(options.Predictors is >= 0 and <= MaxPredictors, $"{path}:Predictors", options.Predictors, $"0 to {MaxPredictors}");
        Require(options.MaxSideVersions is >= 1 and <= MaxSideVersions, $"{path}:MaxSideVersions", options.MaxSideVersions, $"1 to {MaxSideVersions}");
        Require(options.MaxBatchSize is >= 1 and <= LargestBatch, $"{path}:MaxBatchSize", options.MaxBatchSize, $"1 to {LargestBatch}");
        Require(
            options.MaxBatchDelay >= TimeSpan.Zero && options.MaxBatchDelay <= s_longestDelay,
            $"{path}:MaxBatchDelay", options.MaxBatchDelay, "00:00:00 to 00:01:00");
        Require(
            options.MaxQueueLength >= options.MaxBatchSize,
            $"{path}:MaxQueueLength", options.MaxQueueLength, $"at least MaxBatchSize, which is {options.MaxBatchSize}");
        return faults.Build();

        void RequireFile()
        {
            if (options.File is not { } file)
            {
                Require(
                    options.Format is null,
                    $"{path}:Format",
                    options.Format,
                    $"the format of {path}:File, or remove it: a registered version has its own format");
                return;
            }

            if (FolderSetting.FindFileFault($"{path}:File", file, "Set it to the file or folder of a model, or remove it to use the registry.") is { } fault)
            {
                faults.AddError(fault);
            }

            var isFormat = options.Format is null || !string.IsNullOrWhiteSpace(options.Format);
            Require(isFormat, $"{path}:Format", options.Format, "the format of the file, such as 'onnx', or remove it");
            (string Name, bool IsSet)[] others =
            [
                (nameof(options.Model), options.Model is not null),
                (nameof(options.Alias), options.Alias != ServedModelOptions.DefaultAlias),
                (nameof(options.Version), options.Version is not null),
            ];
            foreach (var (other, _) in others.Where(static other => other.IsSet))
            {
                faults.AddError($"{path}:File is '{file}', but {path}:{other} is set too. A file is served without the registry. Remove one of the settings.");
            }
        }

        void Require(bool holds, string setting, object? value, string allowed)
        {
            if (!holds)
            {
                faults.AddError(string.Create(CultureInfo.InvariantCulture, $"{setting} is '{value}'. Set it to {allowed}."));
            }
        }
    }
}
