using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Documents;

namespace MlOps.Registry;

internal sealed class RegistryOptionsValidator : IValidateOptions<RegistryOptions>
{
    private const int MaxApprovals = 100;

    public ValidateOptionsResult Validate(string? name, RegistryOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        foreach (var format in options.Formats.Where(static format => RecordText.FindNameFault(format ?? "") is not null))
        {
            faults.AddError($"{RegistryOptions.SectionName}:Formats has '{format}', which no format can be named: {RecordText.FindNameFault(format ?? "")}");
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
        foreach (var (metric, gate) in policy.Metrics)
        {
            Validate($"{path}:Metrics:{metric}", gate, faults);
        }

        foreach (var tag in policy.RequiredTags.Where(static tag => RecordText.FindNameFault(tag ?? "") is not null))
        {
            faults.AddError($"{path}:RequiredTags has '{tag}', which no tag can be named: {RecordText.FindNameFault(tag ?? "")}");
        }

        RequirePositive($"{path}:MaxSize", policy.MaxSize, "a number of bytes, 1 or more", faults);
        RequirePositive($"{path}:MaxMemory", policy.MaxMemory, "a number of bytes, 1 or more", faults);
        RequirePositive($"{path}:MaxLoadTime", policy.MaxLoadTime?.Ticks, "a time of more than zero, such as '00:00:05'", faults, policy.MaxLoadTime);
        RequirePositive($"{path}:MaxLatency", policy.MaxLatency?.Ticks, "a time of more than zero, such as '00:00:00.050'", faults, policy.MaxLatency);
        if (policy.Approvals is < 0 or > MaxApprovals)
        {
            faults.AddError($"{path}:Approvals is {policy.Approvals}. Set it to a number of people from 0 to {MaxApprovals}.");
        }
    }

    private static void Validate(string path, MetricGate gate, ValidateOptionsResultBuilder faults)
    {
        RequireFinite($"{path}:AtLeast", gate.AtLeast, double.MinValue, faults);
        RequireFinite($"{path}:AtMost", gate.AtMost, double.MinValue, faults);
        RequireFinite($"{path}:MaxDecrease", gate.MaxDecrease, 0, faults);
        RequireFinite($"{path}:MaxIncrease", gate.MaxIncrease, 0, faults);
        RequireFinite($"{path}:Baseline", gate.Baseline, double.MinValue, faults, "no baseline");
        if (gate is { Baseline: { } baseline, MaxDecrease: null, MaxIncrease: null })
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}:Baseline is {baseline}, and nothing is compared with it. Set MaxDecrease or MaxIncrease, or leave the baseline out."));
        }
        else if (gate is { AtLeast: null, AtMost: null, MaxDecrease: null, MaxIncrease: null })
        {
            faults.AddError($"{path} sets no bound. Set AtLeast, AtMost, MaxDecrease or MaxIncrease, or leave the metric out.");
        }

        if (gate.AtLeast > gate.AtMost)
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{path}:AtLeast is {gate.AtLeast}, more than AtMost, which is {gate.AtMost}: nothing passes. Set it to less."));
        }
    }

    private static void RequireFinite(string path, double? value, double least, ValidateOptionsResultBuilder faults, string otherwise = "no bound")
    {
        if (value is { } number && (!double.IsFinite(number) || number < least))
        {
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} is {number}. Set it to a finite number{(least == 0 ? ", zero or more" : "")}, or leave it out for {otherwise}."));
        }
    }

    private static void RequirePositive(string path, long? value, string allowed, ValidateOptionsResultBuilder faults, TimeSpan? shown = null)
    {
        if (value <= 0)
        {
            faults.AddError($"{path} is {shown?.ToString() ?? value.Value.ToString(CultureInfo.InvariantCulture)}. Set it to {allowed}, or leave it out for no bound.");
        }
    }
}
