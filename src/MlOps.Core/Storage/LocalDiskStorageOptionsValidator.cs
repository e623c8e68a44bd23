using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

internal sealed partial class LocalDiskStorageOptionsValidator : IValidateOptions<LocalDiskStorageOptions>
{
    private const UnixFileMode UserAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Names a setting as the user wrote it: by configuration path, or by property where the options were made in code and have no key.</summary>
    public static string PathOf(string? key, string property) => key is null ? $"{nameof(LocalDiskStorageOptions)}.{property}" : $"MlOps:Storage:{key}:{property}";

    /// <summary>Reads permissions in octal.</summary>
    public static UnixFileMode? ParseMode(string? mode) => mode is null ? null : (UnixFileMode)Convert.ToInt32(mode, fromBase: 8);

    public ValidateOptionsResult Validate(string? name, LocalDiskStorageOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        var remedy = $"Set it to the folder that holds the artifacts, or leave it out for 'mlops-data'.{AdviseProvider(options.Root ?? "")}";
        if (FolderSetting.FindFault(PathOf(name, nameof(options.Root)), options.Root ?? "", remedy) is { } fault)
        {
            faults.AddError(fault);
        }

        if (options.Mode is { } mode && (!Octal().IsMatch(mode) || (ParseMode(mode) & UserAll) != UserAll))
        {
            faults.AddError(
                $"{PathOf(name, nameof(options.Mode))} is '{mode}'. Set it to three or four octal digits that give the user all rights, such as '2770' for a folder that a group shares, "
                + "or leave it out for the permissions that the process's umask leaves.");
        }

        return faults.Build();
    }

    /// <summary>Names the provider for an address that is a place in a cloud store.</summary>
    private static string AdviseProvider(string root)
    {
        var address = root.Trim();
        var isAzure = address.Contains(".blob.", StringComparison.OrdinalIgnoreCase) || Regex.IsMatch(address, "^(az|abfss?|wasbs?)://", RegexOptions.IgnoreCase);
        return isAzure ? " To keep artifacts in Azure Blob Storage, set MlOps:Storage:Provider to 'AzureBlob', and MlOps:Storage:AzureBlob to the account and the container."
            : Regex.IsMatch(address, "^(s3[an]?:/|https?://([^/@]*[.])?s3[.-])", RegexOptions.IgnoreCase)
                ? " To keep artifacts in a bucket, set MlOps:Storage:Provider to 'S3', and MlOps:Storage:S3:Bucket to the name of the bucket."
                : "";
    }

    [GeneratedRegex(@"^[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
