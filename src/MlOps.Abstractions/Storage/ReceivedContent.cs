namespace MlOps.Storage;

/// <summary>Receives content whose length is unknown completely, so that its length is known. For authors of stores.</summary>
public static class ReceivedContent
{
    /// <summary>Reads a stream to its end and keeps its bytes: in memory, or in a private temporary file if they are many.</summary>
    /// <param name="provider">The store's provider, for messages.</param>
    /// <param name="path">The artifact that is read.</param>
    /// <param name="content">The stream; the caller disposes it.</param>
    /// <param name="memoryLimit">The maximum number of bytes to keep in memory.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The bytes, from the first on, as a stream with a length. The temporary file is deleted when the stream is disposed.</returns>
    /// <exception cref="ProviderException">The temporary file cannot be written.</exception>
    public static async Task<Stream> ReceiveAsync(
        string provider, ArtifactPath path, Stream content, int memoryLimit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        using var reader = new ContentPartReader(content, memoryLimit, computeDigest: false);
        using var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        if (first.IsLast)
        {
            return new MemoryStream(first.Content.ToArray(), writable: false);
        }

        var file = Create(provider, path);
        try
        {
            await foreach (var part in reader.ReadAllAsync(first, cancellationToken).ConfigureAwait(false))
            {
                using (part)
                {
                    await WriteAsync(provider, path, file, part, cancellationToken).ConfigureAwait(false);
                }
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static FileStream Create(string provider, ArtifactPath path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}.received"), options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotKeep(provider, path, exception);
        }
    }

    private static async Task WriteAsync(string provider, ArtifactPath path, FileStream file, ContentPart part, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(part.Content, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw CannotKeep(provider, path, exception);
        }
    }

    private static ProviderException CannotKeep(string provider, ArtifactPath path, Exception exception) => new(
        provider,
        "read",
        isTransient: false,
        $"The server does not state the length of '{path}', so its content is kept in a temporary file in '{Path.GetTempPath()}', which failed: {exception.Message} "
        + "Make room there, or set TMPDIR (TMP on Windows) to another folder.",
        exception);
}
