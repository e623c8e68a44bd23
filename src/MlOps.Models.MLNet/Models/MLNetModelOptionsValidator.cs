using Microsoft.Extensions.Options;

namespace MlOps.Models;

internal sealed class MLNetModelOptionsValidator : IValidateOptions<MLNetModelOptions>
{
    public ValidateOptionsResult Validate(string? name, MLNetModelOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        if (options.MaxEntries < 1)
        {
            faults.AddError($"{MLNetModelOptions.SectionName}:MaxEntries is {options.MaxEntries}. Set it to 1 or more zip entries.");
        }

        if (options.MaxUncompressedSize < 1)
        {
            faults.AddError($"{MLNetModelOptions.SectionName}:MaxUncompressedSize is {options.MaxUncompressedSize}. Set it to 1 or more bytes.");
        }

        return faults.Build();
    }
}
