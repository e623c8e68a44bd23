namespace MlOps.Storage;

/// <summary>An artifact that is open for reading: its attributes and its content as a stream.</summary>
/// <remarks>Not thread-safe. Dispose it as soon as possible, because it holds a file or a connection.</remarks>
/// <param name="info">The attributes of the opened version. The size is that of the whole artifact, even if a range is read.</param>
/// <param name="stream">The requested bytes as a forward-only stream, which is disposed with this object.</param>
public sealed class ArtifactContent(ArtifactInfo info, Stream stream) : IAsyncDisposable
{
    private const int CopyBufferSize = 1 << 20;

    /// <summary>Gets the attributes of the opened version. The size is that of the whole artifact, even if a range is read.</summary>
    public ArtifactInfo Info { get; } = info;

    /// <summary>Gets the requested bytes as a forward-only stream. Its <see cref="System.IO.Stream.Position"/> is the number of bytes read.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>Saves the content to a local file. The file appears when it is complete and, for a whole artifact, verified.</summary>
    /// <param name="file">The path of the local file. An existing file is replaced.</param>
    /// <param name="progress">Receives the number of bytes read so far.</param>
    /// <param name="cancellationToken">Cancels the transfer and deletes the partial file.</param>
    /// <returns>A task that completes when the file is saved.</returns>
    /// <exception cref="ArtifactIntegrityException">The content does not match its digest.</exception>
    public async Task SaveAsync(string file, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        // In the same folder, so that it can be renamed. The name is independent of the target, whose name may have the maximum length.
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

    /// <summary>Deletes a file. Best effort: the caller receives the original exception.</summary>
    private static void DeleteIfPossible(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The exception of the transfer is thrown.
        }
    }

    /// <summary>Closes the stream and releases its file or connection.</summary>
    /// <returns>A task that completes when the resources are released.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
