using Microsoft.Extensions.Options;

namespace MlOps.Monitoring.Drift;

/// <summary>Validates the settings of the decision on drift. The name of the options is the path of their section.</summary>
internal sealed class DriftOptionsValidator : IValidateOptions<DriftOptions>
{
    private const double MinSignificance = 0.000001;
    private const double MaxSignificance = 0.5;
    private const int MinValues = 10;
    private const int MaxValues = 1_000_000_000;

    public ValidateOptionsResult Validate(string? name, DriftOptions options)
    {
        var path = string.IsNullOrEmpty(name) ? "Drift" : name;
        string[] faults =
        [
            .. new[]
            {
                SettingRange.FindFault($"{path}:{nameof(options.Significance)}", options.Significance, MinSignificance, MaxSignificance),
                SettingRange.FindFault($"{path}:{nameof(options.MinimumValues)}", options.MinimumValues, MinValues, MaxValues),
                SettingRange.FindFault($"{path}:{nameof(options.NumericThreshold)}", options.NumericThreshold, 0, 1),
                SettingRange.FindFault($"{path}:{nameof(options.CategoryThreshold)}", options.CategoryThreshold, 0, 1),
                SettingRange.FindFault($"{path}:{nameof(options.MissingThreshold)}", options.MissingThreshold, 0, 1),
            }.OfType<string>(),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>Throws if a setting is not valid.</summary>
    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    public static DriftOptions Require(DriftOptions options) => new DriftOptionsValidator().Validate(null, options) is { Failed: true } failed
        ? throw new OptionsValidationException(nameof(DriftOptions), typeof(DriftOptions), failed.Failures)
        : options;
}
