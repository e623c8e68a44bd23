using System.Diagnostics.CodeAnalysis;
using MlOps.Storage;

namespace MlOps.Providers;

/// <summary>Creates the streams that artifact stores return to readers.</summary>
/// <remarks>Thread-safe. The streams are forward-only and serve one reader at a time.</remarks>
[Experimental("MLOPS001")]
public static class ArtifactStreams
{
    /// <summary>Wraps the stream of a whole artifact and verifies length and SHA-256 before it returns the last byte.</summary>
    /// <param name="inner">The bytes of the artifact, from the first to the last. Disposed with the returned stream.</param>
    /// <param name="info">The attributes of the artifact. If its digest is unknown, only the length is verified.</param>
    /// <returns>
    /// The verified stream. The read that would return the last byte throws <see cref="ArtifactIntegrityException"/> if the content is wrong.
    /// </returns>
    public static Stream Verify(Stream inner, ArtifactInfo info) => new VerifiedReadStream(inner, info);

    /// <summary>Creates a stream that reads a byte range of one artifact version in order, over one or more connections.</summary>
    /// <remarks>
    /// The stream starts with one connection that reads directly into the buffers of the caller, which is the fastest way to a nearby server. If this
    /// connection turns out to be slow, the stream prefetches parts of the range in parallel. Disposing the stream cancels the requests in progress.
    /// </remarks>
    /// <param name="direct">The reader of the whole range. Disposed with the returned stream.</param>
    /// <param name="offset">The zero-based position of the first byte in the artifact.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="partSize">The size of a prefetched part, in bytes.</param>
    /// <param name="parallelism">The maximum number of parts in memory. 1 disables prefetching.</param>
    /// <param name="open">Opens a reader of a shorter range of the same version, given its offset and length. Called from several threads.</param>
    /// <returns>The stream.</returns>
    public static Stream ReadAhead(
        ArtifactRangeReader direct, long offset, long length, int partSize, int parallelism, Func<long, long, ArtifactRangeReader> open) =>
        new ReadAheadStream(direct, offset, length, partSize, parallelism, open);

    /// <summary>Reads a response of unknown length to its end, so that its length is known before the first byte is returned.</summary>
    /// <param name="provider">The name of the provider, for error messages.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="content">The response body. The caller disposes it.</param>
    /// <param name="memoryLimit">The maximum number of bytes to buffer in memory. Longer content is buffered in a temporary file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The buffered content as a stream with a length. Disposing it deletes the temporary file.</returns>
    /// <exception cref="ProviderException">The temporary file cannot be written.</exception>
    public static async Task<Stream> BufferAsync(
        string provider, ArtifactPath path, Stream content, int memoryLimit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        using var reader = new ContentPartReader(content, memoryLimit, computeDigest: false);
        using var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        return first.IsLast
            ? new MemoryStream(first.Content.ToArray(), writable: false)
            : await SpoolAsync(reader.ReadAllAsync(first, cancellationToken), CannotBuffer, cancellationToken).ConfigureAwait(false);

        ProviderException CannotBuffer(Exception exception) => new(
            provider,
            "read",
            isTransient: false,
            $"The server does not state the length of '{path}', so the content is buffered in a temporary file in '{Path.GetTempPath()}'. This failed: "
            + $"{exception.Message} Free disk space there, or set TMPDIR (TMP on Windows) to another folder.",
            exception);
    }

    /// <summary>Writes parts to a private temporary file.</summary>
    /// <param name="parts">The parts in order. Each part is disposed after it is written.</param>
    /// <param name="toException">Converts a failure of the temporary file to the exception to throw.</param>
    /// <param name="cancellationToken">Cancels the operation and deletes the file.</param>
    /// <returns>The file as a stream, at its beginning. Disposing the stream deletes the file.</returns>
    public static async Task<Stream> SpoolAsync(
        IAsyncEnumerable<ContentPart> parts, Func<Exception, Exception> toException, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(toException);
        var file = SpoolFile.Create(toException);
        try
        {
            await foreach (var part in parts.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                using (part)
                {
                    await SpoolFile.WriteAsync(file, part, toException, cancellationToken).ConfigureAwait(false);
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
}
