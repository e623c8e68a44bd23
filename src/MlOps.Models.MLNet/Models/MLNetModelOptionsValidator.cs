using Microsoft.Extensions.Options;

namespace MlOps.Models;

internal sealed class MLNetModelOptionsValidator : IValidateOptions<MLNetModelOptions>
{
    public ValidateOptionsResult Validate(string? name, MLNetModelOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        if (options.MaxEntries < 1)
        {
            faults.AddError($"{MLNetModelOptions.SectionName}:MaxEntries is {options.MaxEntries}. Set it to a number of zip entries, 1 or more.");
        }

        if (options.MaxUncompressedSize < 1)
        {
            faults.AddError($"{MLNetModelOptions.SectionName}:MaxUncompressedSize is {options.MaxUncompressedSize}. Set it to a number of bytes, 1 or more.");
        }

        return faults.Build();
    }
}
