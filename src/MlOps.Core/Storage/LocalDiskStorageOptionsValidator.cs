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
        if (FindRootFault(options.Root) is { } fault)
        {
            faults.AddError($"{PathOf(name, nameof(options.Root))} is '{options.Root}', {fault} Set it to the folder that holds the artifacts, or leave it out for 'mlops-data'.");
        }

        if (options.Mode is { } mode && (!Octal().IsMatch(mode) || (ParseMode(mode) & UserAll) != UserAll))
        {
            faults.AddError(
                $"{PathOf(name, nameof(options.Mode))} is '{mode}'. Set it to three or four octal digits that give the user all rights, such as '2770' for a folder that a group shares, "
                + "or leave it out for the permissions that the process's umask leaves.");
        }

        return faults.Build();
    }

    /// <summary>Finds the reason why no folder can be at a path, or why a folder there leads nowhere.</summary>
    private static string? FindRootFault(string root)
    {
        if (string.IsNullOrWhiteSpace(root) || root.Contains('\0', StringComparison.Ordinal))
        {
            return "which is no folder.";
        }

        // The store creates missing folders, below the nearest one that exists.
        for (var folder = Path.GetFullPath(root); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (new FileInfo(folder).LinkTarget is { } target)
            {
                return $"but '{folder}' is a symbolic link to '{target}', which is no folder. Create that folder, or mount its disk.";
            }

            if (File.Exists(folder))
            {
                return folder == Path.GetFullPath(root) ? "which is a file." : $"but '{folder}' is a file, which holds no folder.";
            }
        }

        return null;
    }

    [GeneratedRegex(@"^[0-7]{3,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
