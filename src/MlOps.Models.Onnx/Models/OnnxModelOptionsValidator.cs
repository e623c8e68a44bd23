using Microsoft.Extensions.Options;

namespace MlOps.Models;

internal sealed class OnnxModelOptionsValidator : IValidateOptions<OnnxModelOptions>
{
    private const int MaxThreads = 1024;

    public ValidateOptionsResult Validate(string? name, OnnxModelOptions options)
    {
        var section = string.IsNullOrEmpty(name) ? OnnxModelOptions.SectionName : $"MlOps:Models:{name}:Onnx";
        var faults = new ValidateOptionsResultBuilder();
        RequireThreads($"{section}:{nameof(options.IntraOpThreads)}", options.IntraOpThreads, faults);
        RequireThreads($"{section}:{nameof(options.InterOpThreads)}", options.InterOpThreads, faults);
        RequireDefined($"{section}:{nameof(options.GraphOptimization)}", options.GraphOptimization, faults);
        RequireDefined($"{section}:{nameof(options.ExecutionProvider)}", options.ExecutionProvider, faults);
        if (options.DeviceId < 0)
        {
            faults.AddError($"{section}:DeviceId is {options.DeviceId}. Set it to the index of a GPU, 0 or greater.");
        }

        return faults.Build();
    }

    private static void RequireThreads(string setting, int value, ValidateOptionsResultBuilder faults)
    {
        if (value is < 0 or > MaxThreads)
        {
            faults.AddError($"{setting} is {value}. Set it to 1 to {MaxThreads} threads, or to 0 for one thread for each processor.");
        }
    }

    private static void RequireDefined<T>(string setting, T value, ValidateOptionsResultBuilder faults)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            faults.AddError($"{setting} is {value}. Set it to {string.Join(" or ", Enum.GetNames<T>())}.");
        }
    }
}
