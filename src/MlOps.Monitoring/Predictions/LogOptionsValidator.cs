using Microsoft.Extensions.Options;

namespace MlOps.Monitoring.Predictions;

/// <summary>Validates the settings of the prediction log.</summary>
internal sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, LogOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var path = string.IsNullOrEmpty(name) ? "MlOps:Monitoring:Log" : $"MlOps:Models:{name}:Monitoring:Log";
        foreach (var fault in new[]
        {
            SettingRange.FindFault($"{path}:{nameof(options.SampleRate)}", options.SampleRate, 0, 1),
            SettingRange.FindFault($"{path}:{nameof(options.MaxFileRows)}", options.MaxFileRows, 1, int.MaxValue),
            SettingRange.FindFault($"{path}:{nameof(options.MaxFileSize)}", options.MaxFileSize, 4 << 10, 64 << 20),
        }.OfType<string>())
        {
            faults.AddError(fault);
        }

        if (options.HashKey is { Length: < ShortestKey } key)
        {
            faults.AddError($"{path}:HashKey has {key.Length} characters. Set it to a random secret of at least {ShortestKey} characters, or remove it.");
        }

        if (options.Retention < TimeSpan.FromDays(1))
        {
            faults.AddError($"{path}:Retention is {options.Retention}. Set it to at least '1.00:00:00' (1 day), or to null to keep all days.");
        }

        if (options.MaxFileAge < TimeSpan.FromSeconds(1) || options.MaxFileAge > TimeSpan.FromDays(1))
        {
            faults.AddError($"{path}:MaxFileAge is {options.MaxFileAge}. Set it to a value from '00:00:01' to '1.00:00:00'.");
        }

        if (options.MaxPendingSize < options.MaxFileSize)
        {
            faults.AddError(
                $"{path}:MaxPendingSize is {options.MaxPendingSize}. Set it to a number of bytes of at least MaxFileSize ({options.MaxFileSize}).");
        }

        foreach (var both in options.Exclude.Intersect(options.Hash, StringComparer.Ordinal))
        {
            faults.AddError($"{path}:Exclude and {path}:Hash both contain '{both}'. Remove it from one of them.");
        }

        return faults.Build();
    }
}
