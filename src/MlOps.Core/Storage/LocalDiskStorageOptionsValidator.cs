using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

internal sealed partial class LocalDiskStorageOptionsValidator : IValidateOptions<LocalDiskStorageOptions>
{
    private const UnixFileMode UserAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Gets the name of a setting for messages: the configuration path, or the property for options that were created in code.</summary>
    public static string PathOf(string? key, string property) =>
        key is null ? $"{nameof(LocalDiskStorageOptions)}.{property}" : $"MlOps:Storage:{key}:{property}";

    /// <summary>Parses octal permissions.</summary>
    public static UnixFileMode? ParseMode(string? mode) => mode is null ? null : (UnixFileMode)Convert.ToInt32(mode, fromBase: 8);

    public ValidateOptionsResult Validate(string? name, LocalDiskStorageOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var remedy = $"Set it to the folder that stores the artifacts, or remove it to use 'mlops-data'.{AdviseProvider(options.Root ?? "")}";
        if (FolderSetting.FindFault(PathOf(name, nameof(options.Root)), options.Root ?? "", remedy) is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.Mode is { } mode && (!Octal().IsMatch(mode) || (ParseMode(mode) & UserAll) != UserAll))
        {
            faults.AddError(
                $"{PathOf(name, nameof(options.Mode))} is '{mode}'. Set it to three or four octal digits that include all permissions of the user, "
                + "such as '2770' for a folder that a group shares, or remove it to use the umask of the process.");
        }

        return faults.Build();
    }

    /// <summary>Suggests the provider for an address of cloud storage.</summary>
    private static string AdviseProvider(string root)
    {
        var address = root.Trim();
        var isAzure = address.Contains(".blob.", StringComparison.OrdinalIgnoreCase)
            || Regex.IsMatch(address, "^(az|abfss?|wasbs?)://", RegexOptions.IgnoreCase);
        return isAzure
            ? " To store artifacts in Azure Blob Storage, set MlOps:Storage:Provider to 'AzureBlob', "
                + "and MlOps:Storage:AzureBlob to the account and the container."
            : Regex.IsMatch(address, "^(s3[an]?:/|https?://([^/@]*[.])?s3[.-])", RegexOptions.IgnoreCase)
                ? " To store artifacts in a bucket, set MlOps:Storage:Provider to 'S3', and MlOps:Storage:S3:Bucket to the name of the bucket."
                : "";
    }

    [GeneratedRegex(@"^[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
