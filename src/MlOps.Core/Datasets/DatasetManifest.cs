using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The document that lists the files of a version and the profiles of its tables.</summary>
internal sealed class DatasetManifest
{
    /// <summary>The maximum size of a manifest, in bytes. It is read into memory as a whole and has room for about a million files.</summary>
    public const int MaxSize = 256 << 20;

    /// <summary>The maximum size of the profiles of tables in a manifest, in bytes.</summary>
    public const int MaxTablesSize = MaxSize / 4;

    private const int SizeOfFileWithoutPath = 140;

    public required int Format { get; init; }

    /// <summary>Gets the files in the order of their paths.</summary>
    public required IReadOnlyList<ContentFile> Files { get; init; }

    /// <summary>Gets the profiles of the tables in the order of their paths.</summary>
    public required IReadOnlyList<DatasetTable> Tables { get; init; }

    /// <summary>Checks that a manifest can list the files, before the files are read.</summary>
    /// <exception cref="ArgumentException">There are too many files.</exception>
    public static void ThrowIfTooLarge(IReadOnlyList<SourceFile> files)
    {
        var size = files.Sum(static file => (long)SizeOfFileWithoutPath + JsonEncodedText.Encode(file.Path).EncodedUtf8Bytes.Length);
        if (size > MaxSize - MaxTablesSize)
        {
            throw new ArgumentException(
                $"{files.Count} files are too many for one dataset: their list has about {size >> 20} MiB, and {(MaxSize - MaxTablesSize) >> 20} are allowed. "
                + "Divide the files into several datasets, or pack small files into archives.",
                nameof(files));
        }
    }

    /// <summary>Computes the digest that <see cref="DatasetVersion.Digest"/> defines.</summary>
    /// <param name="files">The files in the order of their paths.</param>
    public static Sha256Digest DigestOf(IEnumerable<ContentFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.Sha256} {file.Size} {file.Path}\n")));
        }

        return new Sha256Digest(hash.GetHashAndReset());
    }

    /// <summary>Copies the executable flags from the files of an earlier version with the same path and content.</summary>
    public static IReadOnlyList<ContentFile> WithExecutableFlags(IReadOnlyList<ContentFile> files, IReadOnlyList<ContentFile> earlier)
    {
        var executables = earlier.Where(static file => file.IsExecutable).Select(static file => (file.Path, file.Sha256)).ToHashSet();
        return [.. files.Select(file => new ContentFile(file.Path, file.Size, file.Sha256) { IsExecutable = executables.Contains((file.Path, file.Sha256)) })];
    }

    /// <summary>Validates the manifest of a version.</summary>
    /// <returns>The fault as a sentence, or <see langword="null"/> if the manifest is valid.</returns>
    public string? FindFault(DatasetVersion version)
    {
        if (ContentFileList.FindFault(Files) is { } fault)
        {
            return fault;
        }

        for (var i = 1; i < Files.Count; i++)
        {
            if (ArtifactPath.TextOrder.Compare(Files[i - 1].Path, Files[i].Path) >= 0)
            {
                return $"'{Files[i].Path}' is not in the order of the paths.";
            }
        }

        if (Tables.Any(static table => table?.Path is null || table.Profile?.Columns.Any(static column => column?.Name is null) == true))
        {
            return "a table or a column has no name.";
        }

        return DigestOf(Files) == version.Digest ? null : $"its files do not match the digest of {version.Reference}.";
    }
}
