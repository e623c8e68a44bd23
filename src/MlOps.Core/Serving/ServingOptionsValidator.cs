using Microsoft.Extensions.Options;

namespace MlOps.Serving;

internal sealed class ServingOptionsValidator : IValidateOptions<ServingOptions>
{
    public ValidateOptionsResult Validate(string? name, ServingOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var path = $"{MlOpsOptions.SectionName}:{ServingOptions.SectionName}";
        if (FolderSetting.FindFault($"{path}:CacheFolder", options.CacheFolder ?? "", "Set it to a folder on a local disk.") is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.MemoryBudget < 1)
        {
            faults.AddError($"{path}:MemoryBudget is {options.MemoryBudget}. Set it to a number of bytes of at least 1, or remove it for no limit.");
        }

        return faults.Build();
    }
}
