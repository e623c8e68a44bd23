namespace MlOps.Storage;

/// <summary>An artifact opened for reading: its attributes, and its bytes as a stream.</summary>
/// <remarks>For one reader at a time. Dispose it as soon as the stream is no longer needed: it holds a file or a connection.</remarks>
/// <param name="info">The attributes of the version that is read; <see cref="ArtifactEntry.Size"/> is that of the whole artifact also when a range is read.</param>
/// <param name="stream">The bytes asked for, forward only; its <see cref="System.IO.Stream.Position"/> counts those delivered. Disposed with this object.</param>
public sealed class ArtifactContent(ArtifactInfo info, Stream stream) : IAsyncDisposable
{
    private const int CopyBufferSize = 1 << 20;

    /// <summary>Gets the attributes of the version that is read; the size is that of the whole artifact also when a range is read.</summary>
    public ArtifactInfo Info { get; } = info;

    /// <summary>Gets the bytes asked for, forward only; its <see cref="System.IO.Stream.Position"/> counts those delivered.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>Writes the bytes into a local file, which appears only when it is complete and, for a whole artifact, verified.</summary>
    /// <param name="file">The local file's path; an earlier file is replaced.</param>
    /// <param name="progress">Told the bytes received so far.</param>
    /// <param name="cancellationToken">Cancels the transfer, which then leaves nothing behind.</param>
    /// <returns>A task that ends when the file is there.</returns>
    /// <exception cref="ArtifactIntegrityException">The bytes are not what their digest says.</exception>
    public async Task SaveAsync(string file, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        // Beside the file, so that it can be renamed; not named after it, as its name may be as long as a name can be.
        var partial = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, $".{Guid.NewGuid():N}.partial");
        try
        {
            var target = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (target.ConfigureAwait(false))
            {
                var source = progress is null ? Stream : new ProgressStream(Stream, progress);
                await source.CopyToAsync(target, CopyBufferSize, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, file, overwrite: true);
        }
        catch
        {
            DeleteIfPossible(partial);
            throw;
        }
    }

    /// <summary>Deletes a file, unless what failed before fails this as well, which the caller has to hear of.</summary>
    private static void DeleteIfPossible(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure of the transfer is reported.
        }
    }

    /// <summary>Closes the stream and releases the file or connection behind it.</summary>
    /// <returns>A task that ends when they are released.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
