using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Documents;

namespace MlOps.Registry;

/// <summary>Validates the settings of model registries.</summary>
internal sealed class RegistryOptionsValidator : IValidateOptions<RegistryOptions>
{
    private const int MaxApprovals = 100;

    public ValidateOptionsResult Validate(string? name, RegistryOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        foreach (var format in options.Formats.Where(static format => RecordText.FindNameFault(format ?? "") is not null))
        {
            faults.AddError(
                $"{RegistryOptions.SectionName}:Formats has '{format}', which is not a valid name of a format: {RecordText.FindNameFault(format ?? "")}");
        }

        foreach (var (alias, policy) in options.Aliases)
        {
            var path = $"{RegistryOptions.SectionName}:Aliases:{alias}";
            if (AliasRules.FindFault(alias) is { } aliasFault)
            {
                faults.AddError($"{path}: '{alias}' is not an alias: {aliasFault}");
            }

            Validate(path, policy, faults);
        }

        return faults.Build();
    }

    private static void Validate(string path, PromotionPolicy policy, ValidateOptionsResultBuilder faults)
    {
        foreach (var (metric, bounds) in policy.Metrics)
        {
            Validate($"{path}:Metrics:{metric}", bounds, faults);
        }

        foreach (var tag in policy.RequiredTags.Where(static tag => RecordText.FindNameFault(tag ?? "") is not null))
        {
            faults.AddError($"{path}:RequiredTags has '{tag}', which is not a valid key of a tag: {RecordText.FindNameFault(tag ?? "")}");
        }

        RequirePositive($"{path}:MaxSize", policy.MaxSize, "a number of bytes, 1 or more", faults);
        RequirePositive($"{path}:MaxMemory", policy.MaxMemory, "a number of bytes, 1 or more", faults);
        RequirePositive($"{path}:MaxLoadTime", policy.MaxLoadTime?.Ticks, "a time of more than zero, such as '00:00:05'", faults, policy.MaxLoadTime);
        RequirePositive($"{path}:MaxLatency", policy.MaxLatency?.Ticks, "a time of more than zero, such as '00:00:00.050'", faults, policy.MaxLatency);
        RequirePositive(
            $"{path}:MaxLatencyP99", policy.MaxLatencyP99?.Ticks, "a time of more than zero, such as '00:00:00.050'", faults, policy.MaxLatencyP99);
        RequireFinite($"{path}:MaxLoadTimeIncrease", policy.MaxLoadTimeIncrease, 0, faults, "no limit");
        RequireFinite($"{path}:MaxMemoryIncrease", policy.MaxMemoryIncrease, 0, faults, "no limit");
        RequireFinite($"{path}:MaxLatencyP99Increase", policy.MaxLatencyP99Increase, 0, faults, "no limit");
        if (policy.Machine is { } machine)
        {
            if (RecordText.FindNameFault(machine) is { } fault)
            {
                faults.AddError(
                    $"{path}:Machine is '{machine}', which is not a kind of machine: {fault} "
                    + $"Set it to a kind such as '{ResourceProfile.CurrentMachine}', or remove it for every kind.");
            }
            else if (!policy.HasResourceGate)
            {
                faults.AddError(
                    $"{path}:Machine is '{machine}', but no gate checks a measured resource. Set a gate such as MaxMemory, or remove Machine.");
            }
        }

        if (policy.Approvals is < 0 or > MaxApprovals)
        {
            faults.AddError($"{path}:Approvals is {policy.Approvals}. Set it to a number from 0 to {MaxApprovals}.");
        }
    }

    /// <summary>Validates the bounds of a metric.</summary>
    /// <param name="path">The setting or property that contains the bounds.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="faults">Receives the faults.</param>
    internal static void Validate(string path, MetricBounds bounds, ValidateOptionsResultBuilder faults)
    {
        RequireFinite($"{path}:AtLeast", bounds.AtLeast, double.MinValue, faults);
        RequireFinite($"{path}:AtMost", bounds.AtMost, double.MinValue, faults);
        RequireFinite($"{path}:MaxDecrease", bounds.MaxDecrease, 0, faults);
        RequireFinite($"{path}:MaxIncrease", bounds.MaxIncrease, 0, faults);
        RequireFinite($"{path}:Baseline", bounds.Baseline, double.MinValue, faults, "no baseline");
        if (bounds is { Baseline: { } baseline, MaxDecrease: null, MaxIncrease: null })
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}:Baseline is {baseline}, but no bound uses the baseline. Set MaxDecrease or MaxIncrease, or remove Baseline."));
        }
        else if (bounds is { AtLeast: null, AtMost: null, MaxDecrease: null, MaxIncrease: null })
        {
            faults.AddError($"{path} sets no bound. Set AtLeast, AtMost, MaxDecrease or MaxIncrease, or remove the metric.");
        }

        if (bounds.AtLeast > bounds.AtMost)
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}:AtLeast is {bounds.AtLeast}, which is more than AtMost ({bounds.AtMost}). Set AtLeast to AtMost or less."));
        }
    }

    private static void RequireFinite(string path, double? value, double least, ValidateOptionsResultBuilder faults, string otherwise = "no bound")
    {
        if (value is { } number && (!double.IsFinite(number) || number < least))
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} is {number}. Set it to a finite number{(least == 0 ? ", zero or more" : "")}, or remove it for {otherwise}."));
        }
    }

    private static void RequirePositive(string path, long? value, string allowed, ValidateOptionsResultBuilder faults, TimeSpan? shown = null)
    {
        if (value <= 0)
        {
            var text = shown?.ToString() ?? value.Value.ToString(CultureInfo.InvariantCulture);
            faults.AddError($"{path} is {text}. Set it to {allowed}, or remove it for no limit.");
        }
    }
}
