using System.Buffers;
using System.Globalization;
using System.IO.Compression;

namespace MlOps.Models;

/// <summary>Finds the zip archive of a model, and rejects archives that are unsafe to extract.</summary>
internal static class ModelArchive
{
    private const string PreferredName = "model.zip";

    // ML.NET reads nested folders recursively. Thousands of levels would overflow the stack and terminate the process. Nested pipelines have a few dozen.
    private const int MaxDepth = 100;
    private const int MaxNameLength = 1024;
    private const int BufferSize = 128 << 10;

    public static FileStream Open(ModelSource source)
    {
        var path = Find(source);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
    }

    public static void Inspect(ModelSource source, Stream stream, MLNetModelOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            InspectNames(source, archive, options);
            InspectContent(source, archive, options, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new ModelFormatException(
                source,
                $"it is not a zip archive, or the archive is damaged ({exception.Message}). "
                + "Save it again with MLContext.Model.Save, or register it with the correct format.",
                exception);
        }
    }

    private static string Find(ModelSource source)
    {
        var files = Directory.Exists(source.Folder) ? Directory.GetFiles(source.Folder, "*", SearchOption.AllDirectories) : [];
        var zips = files.Where(static file => Path.GetExtension(file).Equals(".zip", StringComparison.OrdinalIgnoreCase)).ToArray();
        return zips switch
        {
            [var only] => only,
            [] => throw new ModelFormatException(
                source,
                $"it contains no .zip file, but {Describe(source, files)}. "
                + "Register the output of MLContext.Model.Save, or register the files with their format."),
            _ => Array.Find(zips, zip => Path.GetRelativePath(source.Folder, zip) == PreferredName) ?? throw new ModelFormatException(
                source, $"it contains several .zip files: {Describe(source, zips)}. Register only the model, or name it {PreferredName}."),
        };
    }

    private static string Describe(ModelSource source, string[] files)
    {
        var names = files.Select(file => $"'{Path.GetRelativePath(source.Folder, file)}'").Order(StringComparer.Ordinal).Take(10);
        return files.Length == 0 ? "no files at all" : string.Join(", ", names) + (files.Length > 10 ? " …" : "");
    }

    private static void InspectNames(ModelSource source, ZipArchive archive, MLNetModelOptions options)
    {
        if (archive.Entries.Count > options.MaxEntries)
        {
            throw Reject(source, $"its archive has {archive.Entries.Count} entries, but {MLNetModelOptions.SectionName}:MaxEntries is {options.MaxEntries}");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in archive.Entries)
        {
            // Models that were saved on Windows have backslashes as separators.
            var name = entry.FullName.Replace('\\', '/');
            if (FindFault(name) is { } fault)
            {
                throw Reject(source, $"its archive has the entry '{Show(entry.FullName)}', {fault}");
            }

            if (!names.Add(name))
            {
                throw Reject(source, $"its archive has two entries with the name '{Show(entry.FullName)}'");
            }
        }
    }

    private static string? FindFault(string name)
    {
        var folders = name.Split('/');
        return name switch
        {
            "" => "which has no name",
            _ when name.Length > MaxNameLength => $"whose name is longer than {MaxNameLength} characters",
            _ when name.Any(char.IsControl) => "whose name contains a control character",
            _ when name[0] == '/' => "whose path is absolute",
            _ when name.Contains(':', StringComparison.Ordinal) => "whose path names a drive or a stream",
            _ when folders.Contains("..") || folders.Contains(".") => "whose path contains '.' or '..'",
            _ when folders.Length > MaxDepth => $"which is more than {MaxDepth} folders deep",
            _ => null,
        };
    }

    private static void InspectContent(ModelSource source, ZipArchive archive, MLNetModelOptions options, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var left = options.MaxUncompressedSize;
            foreach (var entry in archive.Entries)
            {
                using var content = entry.Open();
                while (content.Read(buffer) is > 0 and var read)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if ((left -= read) < 0)
                    {
                        throw Reject(source, string.Create(
                            CultureInfo.InvariantCulture,
                            $"its uncompressed size exceeds {MLNetModelOptions.SectionName}:MaxUncompressedSize ({options.MaxUncompressedSize} bytes)"));
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ModelFormatException Reject(ModelSource source, string fault) => new(
        source,
        $"{fault}. MLContext.Model.Save does not write such an archive, unless the model exceeds the limit. "
        + "Load it only if you trust its author: save it again, or raise the limit.");

    private static string Show(string name) => string.Concat(name.Take(100).Select(static letter => char.IsControl(letter) ? '�' : letter));
}
