using Microsoft.Extensions.Options;

namespace MlOps.Metrics;

internal sealed class MeterSinkOptionsValidator : IValidateOptions<MeterSinkOptions>
{
    private const int MaxSeries = 1_000_000;

    public ValidateOptionsResult Validate(string? name, MeterSinkOptions options) => options.MaxSeries is >= 1 and <= MaxSeries
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"{MetricsOptions.SectionName}:Sinks:{name}:MaxSeries is {options.MaxSeries}. Set it to a number of series from 1 to {MaxSeries}.");
}
