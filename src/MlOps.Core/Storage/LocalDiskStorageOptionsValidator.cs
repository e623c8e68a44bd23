using Microsoft.Extensions.Options;

namespace MlOps.Storage;

internal sealed class LocalDiskStorageOptionsValidator : IValidateOptions<LocalDiskStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalDiskStorageOptions options) =>
        string.IsNullOrWhiteSpace(options.Root) || options.Root.Contains('\0', StringComparison.Ordinal)
            ? ValidateOptionsResult.Fail($"MlOps:Storage:{name}:Root is '{options.Root}', which is no folder. Set it to the folder that holds the artifacts, or leave it out for 'mlops-data'.")
            : ValidateOptionsResult.Success;
}
