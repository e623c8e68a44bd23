using Microsoft.Extensions.Options;

namespace MlOps.Models;

internal sealed class OnnxModelOptionsValidator : IValidateOptions<OnnxModelOptions>
{
    private const int MaxThreads = 1024;

    public ValidateOptionsResult Validate(string? name, OnnxModelOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        RequireThreads(nameof(options.IntraOpThreads), options.IntraOpThreads, faults);
        RequireThreads(nameof(options.InterOpThreads), options.InterOpThreads, faults);
        RequireDefined(nameof(options.GraphOptimization), options.GraphOptimization, faults);
        RequireDefined(nameof(options.ExecutionProvider), options.ExecutionProvider, faults);
        if (options.DeviceId < 0)
        {
            faults.AddError($"{OnnxModelOptions.SectionName}:DeviceId is {options.DeviceId}. Set it to the number of a graphics card, 0 or more.");
        }

        return faults.Build();
    }

    private static void RequireThreads(string setting, int value, ValidateOptionsResultBuilder faults)
    {
        if (value is < 0 or > MaxThreads)
        {
            faults.AddError($"{OnnxModelOptions.SectionName}:{setting} is {value}. Set it to a number of threads from 1 to {MaxThreads}, or to 0 for one for each processor.");
        }
    }

    private static void RequireDefined<T>(string setting, T value, ValidateOptionsResultBuilder faults)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            faults.AddError($"{OnnxModelOptions.SectionName}:{setting} is {value}. Set it to {string.Join(" or ", Enum.GetNames<T>())}.");
        }
    }
}
