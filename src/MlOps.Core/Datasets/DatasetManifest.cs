using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The document that lists the files of a version, and what is known of those that are tables.</summary>
internal sealed class DatasetManifest
{
    /// <summary>No manifest is larger, in bytes. It is read into memory whole; a million files of usual names fit.</summary>
    public const int MaxSize = 256 << 20;

    /// <summary>The part of it that profiles of tables may take.</summary>
    public const int MaxTablesSize = MaxSize / 4;

    private const int SizeOfFileWithoutPath = 140;

    public required int Format { get; init; }

    /// <summary>Gets the files in the order of their paths.</summary>
    public required IReadOnlyList<ContentFile> Files { get; init; }

    /// <summary>Gets what is known of tables, in the order of their paths.</summary>
    public required IReadOnlyList<DatasetTable> Tables { get; init; }

    /// <summary>Refuses more files than a manifest can list, before any of them is read.</summary>
    /// <exception cref="ArgumentException">There are more.</exception>
    public static void ThrowIfTooLarge(IReadOnlyList<SourceFile> files)
    {
        var size = files.Sum(static file => (long)SizeOfFileWithoutPath + JsonEncodedText.Encode(file.Path).EncodedUtf8Bytes.Length);
        if (size > MaxSize - MaxTablesSize)
        {
            throw new ArgumentException(
                $"{files.Count} files are too many for one dataset: the list of them would have about {size >> 20} MiB, and "
                + $"{(MaxSize - MaxTablesSize) >> 20} are allowed. "
                + "Divide them into several datasets, or pack small files together.",
                nameof(files));
        }
    }

    /// <summary>Computes the digest of digests, as <see cref="DatasetVersion.Digest"/> defines it.</summary>
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

    /// <summary>Takes from earlier files of the same path and bytes whether they are programs.</summary>
    public static IReadOnlyList<ContentFile> WithPrograms(IReadOnlyList<ContentFile> files, IReadOnlyList<ContentFile> earlier)
    {
        var programs = earlier.Where(static file => file.IsExecutable).Select(static file => (file.Path, file.Sha256)).ToHashSet();
        return [.. files.Select(file => new ContentFile(file.Path, file.Size, file.Sha256) { IsExecutable = programs.Contains((file.Path, file.Sha256)) })];
    }

    /// <summary>Finds out why this cannot be the manifest of a version.</summary>
    /// <returns>What is wrong, as a sentence, or <see langword="null"/>.</returns>
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
                return $"'{Files[i].Path}' is not in its place.";
            }
        }

        if (Tables.Any(static table => table?.Path is null || table.Profile?.Columns.Any(static column => column?.Name is null) == true))
        {
            return "a table in it has no name.";
        }

        return DigestOf(Files) == version.Digest ? null : $"its files are not those of {version.Reference}.";
    }
}
