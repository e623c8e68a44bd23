using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>Checks settings that name a folder on a local disk.</summary>
internal static partial class FolderSetting
{
    /// <summary>Finds the fault of a setting that names a folder.</summary>
    /// <param name="setting">The full path of the setting.</param>
    /// <param name="folder">The value of the setting.</param>
    /// <param name="remedy">The sentence that tells what to set.</param>
    /// <returns>The message, or <see langword="null"/> if the folder exists or can be created.</returns>
    public static string? FindFault(string setting, string folder, string remedy) =>
        FindTextFault(setting, folder, remedy, "folder") ?? (FindPathFault(folder) is { } fault ? $"{setting} is '{folder}', {fault} {remedy}" : null);

    /// <summary>Finds the fault of a setting that names a file or folder, which need not exist yet.</summary>
    /// <inheritdoc cref="FindFault"/>
    /// <returns>The message, or <see langword="null"/> if a file can be at the path.</returns>
    public static string? FindFileFault(string setting, string path, string remedy) => FindTextFault(setting, path, remedy, "file");

    private static string? FindTextFault(string setting, string path, string remedy, string kind)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            return $"{setting} is '{path}', which is no {kind}. {remedy}";
        }

        var address = Address().Match(path);
        if (address.Success)
        {
            return $"{setting} is {ShowAddress(path, address.Value)}, which is an address and no {kind}. {remedy}{AdviseFile(path)}";
        }

        return FindUnexpanded(path) is { } part ? $"{setting} is '{path}', but '{part}' is not expanded in a setting. Write the full path. {remedy}" : null;
    }

    /// <summary>Shows an address without the parts that may hold secrets.</summary>
    private static string ShowAddress(string folder, string scheme) =>
        folder.AsSpan().ContainsAny("=@;?") ? $"an address that begins with '{scheme.Trim()}'" : $"'{folder}'";

    private static string AdviseFile(string folder) =>
        Uri.TryCreate(folder.Trim(), UriKind.Absolute, out var uri) && uri.IsFile ? $" The folder of this address is '{uri.LocalPath}'." : "";

    private static string? FindUnexpanded(string folder)
    {
        if (folder.TrimStart().StartsWith('~'))
        {
            return "~";
        }

        return Variable().Match(folder) is { Success: true } variable ? variable.Value : null;
    }

    /// <summary>Finds the reason why no folder can be at a path, or why a folder there leads nowhere.</summary>
    private static string? FindPathFault(string path)
    {
        // Missing folders are created, below the nearest one that exists.
        for (var folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (new FileInfo(folder).LinkTarget is { } target)
            {
                return $"but '{folder}' is a symbolic link to '{target}', which is no folder. Create that folder, or mount its disk.";
            }

            if (File.Exists(folder))
            {
                return folder == Path.GetFullPath(path) ? "which is a file." : $"but '{folder}' is a file, which holds no folder.";
            }
        }

        return null;
    }

    // A scheme has two characters or more; one letter is a drive of Windows.
    [GeneratedRegex(@"^\s*[A-Za-z][A-Za-z0-9+.-]+:/+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\$(\{[^}]*\}|\([^)]*\)|[A-Za-z_][A-Za-z0-9_]*)|%[A-Za-z_][^%/\\]*%", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
