using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>Validates settings that contain the path of a local folder or file.</summary>
internal static partial class FolderSetting
{
    /// <summary>Validates a setting that contains the path of a folder.</summary>
    /// <param name="setting">The full path of the setting.</param>
    /// <param name="folder">The value of the setting.</param>
    /// <param name="remedy">A sentence with a valid value or an alternative. It ends the message.</param>
    /// <returns>The error message, or <see langword="null"/> if the folder exists or can be created.</returns>
    public static string? FindFault(string setting, string folder, string remedy) =>
        FindTextFault(setting, folder, remedy, "folder") ?? (FindPathFault(folder) is { } fault ? $"{setting} is '{folder}', {fault} {remedy}" : null);

    /// <summary>Validates a setting that contains the path of a file or folder. The file or folder does not have to exist.</summary>
    /// <inheritdoc cref="FindFault"/>
    /// <returns>The error message, or <see langword="null"/> if the path is valid.</returns>
    public static string? FindFileFault(string setting, string path, string remedy) => FindTextFault(setting, path, remedy, "file");

    private static string? FindTextFault(string setting, string path, string remedy, string kind)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            return $"{setting} is '{path}', which is not the path of a {kind}. {remedy}";
        }

        var address = Address().Match(path);
        if (address.Success)
        {
            return $"{setting} is {ShowAddress(path, address.Value)}, which is an address, not the path of a {kind}. {remedy}{AdviseFile(path)}";
        }

        return FindUnexpanded(path) is { } part
            ? $"{setting} is '{path}', but '{part}' is not expanded in a setting. Write the full path. {remedy}"
            : null;
    }

    /// <summary>Formats an address without the parts that may contain secrets.</summary>
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

    /// <summary>Finds the reason why a folder cannot be created at a path.</summary>
    private static string? FindPathFault(string path)
    {
        // Missing folders are created below the nearest folder that exists.
        for (var folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (new FileInfo(folder).LinkTarget is { } target)
            {
                return $"but '{folder}' is a symbolic link to '{target}', which is not a folder. Create that folder, or mount its disk.";
            }

            if (File.Exists(folder))
            {
                return folder == Path.GetFullPath(path) ? "which is a file." : $"but '{folder}' is a file and cannot contain a folder.";
            }
        }

        return null;
    }

    // A scheme has at least two characters. A single letter is a Windows drive.
    [GeneratedRegex(@"^\s*[A-Za-z][A-Za-z0-9+.-]+:/+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\$(\{[^}]*\}|\([^)]*\)|[A-Za-z_][A-Za-z0-9_]*)|%[A-Za-z_][^%/\\]*%", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
