using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Verifies cached local files, and deletes them.</summary>
internal static class VerifiedFiles
{
    /// <summary>Determines whether a folder contains exactly the given files with the given content.</summary>
    public static async Task<bool> AreIntactAsync(string folder, IReadOnlyList<ContentFile> files, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() != files.Count)
        {
            return false;
        }

        foreach (var file in files)
        {
            if (!await IsIntactAsync(Path.Combine([folder, .. file.Path.Split('/')]), file, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Determines whether a file exists and has the expected content.</summary>
    public static async Task<bool> IsIntactAsync(string path, ContentFile file, CancellationToken cancellationToken) =>
        File.Exists(path) && new FileInfo(path).Length == file.Size && await GetDigestAsync(path, cancellationToken).ConfigureAwait(false) == file.Sha256;

    /// <summary>Computes the digest of a local file.</summary>
    public static async Task<Sha256Digest> GetDigestAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var _ = stream.ConfigureAwait(false);
        return await Sha256Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a file, or a folder with its contents.</summary>
    /// <returns>The exception if the deletion failed, for example because another process has a file open; otherwise,
    /// <see langword="null"/>.</returns>
    public static Exception? TryDelete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception;
        }
    }
}
