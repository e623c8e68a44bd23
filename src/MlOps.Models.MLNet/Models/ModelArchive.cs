using System.Buffers;
using System.Globalization;
using System.IO.Compression;

namespace MlOps.Models;

/// <summary>Finds the zip of a model and checks that nothing in it can harm who unpacks it.</summary>
internal static class ModelArchive
{
    private const string PreferredName = "model.zip";

    // ML.NET follows the folders of a zip by recursion, so that thousands of them would exhaust the stack and end the process; a pipeline within pipelines has a few dozen.
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
                source, $"it is no zip, or a damaged one ({exception.Message}). Save it again with MLContext.Model.Save, or register it with the format that it has.", exception);
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
                source, $"there is no .zip file among {Describe(source, files)}. Register what MLContext.Model.Save wrote, or give the format that the files have."),
            _ => Array.Find(zips, zip => Path.GetRelativePath(source.Folder, zip) == PreferredName) ?? throw new ModelFormatException(
                source, $"there are several .zip files: {Describe(source, zips)}. Register the model alone, or name it {PreferredName}."),
        };
    }

    private static string Describe(ModelSource source, string[] files) => files.Length == 0
        ? "no files at all"
        : string.Join(", ", files.Select(file => $"'{Path.GetRelativePath(source.Folder, file)}'").Order(StringComparer.Ordinal).Take(10)) + (files.Length > 10 ? " …" : "");

    private static void InspectNames(ModelSource source, ZipArchive archive, MLNetModelOptions options)
    {
        if (archive.Entries.Count > options.MaxEntries)
        {
            throw Refuse(source, $"its zip has {archive.Entries.Count} entries, and {MLNetModelOptions.SectionName}:MaxEntries allows {options.MaxEntries}");
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in archive.Entries)
        {
            // Models saved on Windows have backslashes between folders.
            var name = entry.FullName.Replace('\\', '/');
            if (FindFault(name) is { } fault)
            {
                throw Refuse(source, $"its zip has an entry '{Show(entry.FullName)}', {fault}");
            }

            if (!names.Add(name))
            {
                throw Refuse(source, $"its zip has two entries '{Show(entry.FullName)}'");
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
            _ when name.Any(char.IsControl) => "whose name has a control character",
            _ when name[0] == '/' => "whose path is absolute",
            _ when name.Contains(':', StringComparison.Ordinal) => "whose path names a drive or a stream",
            _ when folders.Contains("..") || folders.Contains(".") => "whose path leads elsewhere",
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
                        throw Refuse(source, string.Create(
                            CultureInfo.InvariantCulture,
                            $"its zip inflates to more than {options.MaxUncompressedSize} bytes, which is what {MLNetModelOptions.SectionName}:MaxUncompressedSize allows"));
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ModelFormatException Refuse(ModelSource source, string fault) =>
        new(source, $"{fault}. MLContext.Model.Save writes no such zip unless the model is larger than that; do not load it unless you know who made it, then save it again or raise the setting.");

    private static string Show(string name) => string.Concat(name.Take(100).Select(static letter => char.IsControl(letter) ? '�' : letter));
}
