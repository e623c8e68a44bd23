using Microsoft.Extensions.Options;

namespace MlOps.Metrics;

internal sealed class JsonLinesSinkOptionsValidator : IValidateOptions<JsonLinesSinkOptions>
{
    private const long MinFileSize = 4 << 10;

    public ValidateOptionsResult Validate(string? name, JsonLinesSinkOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var path = $"{MetricsOptions.SectionName}:Sinks:{name}";
        if (FolderSetting.FindFault($"{path}:Path", options.Path ?? "", "Set it to a folder on a local disk.") is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.MaxFileSize < MinFileSize)
        {
            faults.AddError($"{path}:MaxFileSize is {options.MaxFileSize}. Set it to a number of bytes of at least {MinFileSize}.");
        }

        if (options.MaxFileAge < TimeSpan.FromSeconds(1))
        {
            faults.AddError($"{path}:MaxFileAge is {options.MaxFileAge}. Set it to at least 1 second, such as '1.00:00:00' for 1 day.");
        }

        if (options.MaxTotalSize < options.MaxFileSize)
        {
            faults.AddError($"{path}:MaxTotalSize is {options.MaxTotalSize}. Set it to a number of bytes of at least MaxFileSize ({options.MaxFileSize}).");
        }

        if (options.MaxAge < TimeSpan.FromSeconds(1))
        {
            faults.AddError($"{path}:MaxAge is {options.MaxAge}. Set it to at least 1 second, such as '30.00:00:00' for 30 days, "
                + "or remove it for no limit.");
        }

        if (options.FlushToDiskInterval is { } interval && (interval < TimeSpan.Zero || interval > TimeSpan.FromDays(1)))
        {
            faults.AddError($"{path}:FlushToDiskInterval is {interval}. Set it to a value from '00:00:00' (after each batch) to '1.00:00:00'.");
        }

        return faults.Build();
    }
}
