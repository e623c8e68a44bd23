using System.Globalization;
using Microsoft.Extensions.Options;

namespace MlOps.Monitoring.Drift;

/// <summary>Validates the settings of the decision on drift.</summary>
internal sealed class DriftOptionsValidator : IValidateOptions<DriftOptions>
{
    private const double MinSignificance = 0.000001;
    private const double MaxSignificance = 0.5;
    private const int MinValues = 10;
    private const int MaxValues = 1_000_000_000;

    public ValidateOptionsResult Validate(string? name, DriftOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        Require(nameof(options.Significance), options.Significance, MinSignificance, MaxSignificance, faults);
        Require(nameof(options.MinimumValues), options.MinimumValues, MinValues, MaxValues, faults);
        Require(nameof(options.NumericThreshold), options.NumericThreshold, 0, 1, faults);
        Require(nameof(options.CategoryThreshold), options.CategoryThreshold, 0, 1, faults);
        Require(nameof(options.MissingThreshold), options.MissingThreshold, 0, 1, faults);
        return faults.Build();
    }

    /// <summary>Throws if a setting is not valid.</summary>
    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    public static DriftOptions Require(DriftOptions options) => new DriftOptionsValidator().Validate(null, options) is { Failed: true } failed
        ? throw new OptionsValidationException(nameof(DriftOptions), typeof(DriftOptions), failed.Failures)
        : options;

    private static void Require(string property, double value, double least, double most, ValidateOptionsResultBuilder faults)
    {
        if (!(value >= least && value <= most))
        {
            var nearest = value > most ? most : least;
            faults.AddError(string.Create(
                CultureInfo.InvariantCulture, $"Drift:{property} is {value}. Set it to {least} to {most}; the nearest valid value is {nearest}."));
        }
    }
}
