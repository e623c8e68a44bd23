using Microsoft.Extensions.Options;

namespace MlOps.Storage;

internal sealed class LocalDiskStorageOptionsValidator : IValidateOptions<LocalDiskStorageOptions>
{
    /// <summary>Names the setting of the root as the user wrote it: by configuration path, or by property where the options were made in code and have no key.</summary>
    public static string RootOf(string? key) =>
        key is null ? $"{nameof(LocalDiskStorageOptions)}.{nameof(LocalDiskStorageOptions.Root)}" : $"MlOps:Storage:{key}:{nameof(LocalDiskStorageOptions.Root)}";

    public ValidateOptionsResult Validate(string? name, LocalDiskStorageOptions options) =>
        string.IsNullOrWhiteSpace(options.Root) || options.Root.Contains('\0', StringComparison.Ordinal)
            ? ValidateOptionsResult.Fail($"{RootOf(name)} is '{options.Root}', which is no folder. Set it to the folder that holds the artifacts, or leave it out for 'mlops-data'.")
            : ValidateOptionsResult.Success;
}
