using System.Text;

namespace MlOps.Storage;

/// <summary>Extension methods for reading, writing and copying whole artifacts as bytes, text and files.</summary>
public static class ArtifactStoreExtensions
{
    /// <summary>Opens a whole artifact for reading. The content is verified while it is read.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="cancellationToken">Cancels opening. Each read of the stream has its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    public static Task<ArtifactContent> OpenReadAsync(this IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken = default) =>
        OpenAlwaysAsync(store, path, new ArtifactReadOptions(), cancellationToken);

    /// <summary>Opens a byte range of an artifact for reading. The content is not verified.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="range">The byte range.</param>
    /// <param name="cancellationToken">Cancels opening. Each read of the stream has its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    public static Task<ArtifactContent> OpenRangeAsync(
        this IArtifactStore store, ArtifactPath path, ArtifactRange range, CancellationToken cancellationToken = default) =>
        OpenAlwaysAsync(store, path, new ArtifactReadOptions { Range = range }, cancellationToken);

    /// <summary>Reads a whole artifact into memory.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="maxSize">The maximum size in bytes. It prevents a wrong path from exhausting memory.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The verified bytes.</returns>
    /// <exception cref="ArgumentException">The artifact has more than <paramref name="maxSize"/> bytes.</exception>
    public static async Task<byte[]> ReadBytesAsync(
        this IArtifactStore store, ArtifactPath path, int maxSize = 64 << 20, CancellationToken cancellationToken = default)
    {
        var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        if (content.Info.Size > maxSize)
        {
            throw new ArgumentException(
                $"'{path}' has {content.Info.Size} bytes, which exceeds the limit of {maxSize} bytes. Raise the limit, or read the artifact as a stream.",
                nameof(maxSize));
        }

        var bytes = new byte[content.Info.Size];
        var length = await content.Stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        // The read that reaches the end verifies the content. For an empty artifact, it is the only read.
        var surplus = await content.Stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        return length + surplus == bytes.Length
            ? bytes
            : throw new ArtifactIntegrityException(
                path, content.Info.Sha256, actual: null, $"The expected length is {bytes.Length} bytes; the store returned {(surplus > 0 ? "more" : length)}.");
    }

    /// <summary>Reads a whole artifact as UTF-8 text.</summary>
    /// <inheritdoc cref="ReadBytesAsync"/>
    /// <returns>The verified text.</returns>
    public static async Task<string> ReadTextAsync(
        this IArtifactStore store, ArtifactPath path, int maxSize = 64 << 20, CancellationToken cancellationToken = default) =>
        Encoding.UTF8.GetString(await store.ReadBytesAsync(path, maxSize, cancellationToken).ConfigureAwait(false));

    /// <summary>Writes bytes as an artifact.</summary>
    /// <inheritdoc cref="IArtifactStore.WriteAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="options">The attributes, condition and expected digest, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write. Nothing is stored.</param>
    public static async Task<ArtifactWriteResult> WriteBytesAsync(
        this IArtifactStore store, ArtifactPath path, byte[] content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var stream = new MemoryStream(content, writable: false);
        return await store.WriteAsync(path, stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes text as an artifact in UTF-8.</summary>
    /// <inheritdoc cref="IArtifactStore.WriteAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="content">The text.</param>
    /// <param name="options">The attributes, condition and expected digest, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write. Nothing is stored.</param>
    public static Task<ArtifactWriteResult> WriteTextAsync(
        this IArtifactStore store, ArtifactPath path, string content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        store.WriteBytesAsync(path, Encoding.UTF8.GetBytes(content), options, cancellationToken);

    /// <summary>Writes a local file as an artifact.</summary>
    /// <inheritdoc cref="IArtifactStore.WriteAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="file">The path of the local file.</param>
    /// <param name="options">The attributes, condition and expected digest, or <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Receives the number of bytes read so far. It restarts at 0 if the store first reads the file to compute its digest.</param>
    /// <param name="cancellationToken">Cancels the write. Nothing is stored.</param>
    public static async Task<ArtifactWriteResult> UploadFileAsync(
        this IArtifactStore store,
        ArtifactPath path,
        string file,
        ArtifactWriteOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var _ = source.ConfigureAwait(false);
        return await store.WriteAsync(path, progress is null ? source : new ProgressStream(source, progress), options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Downloads a whole artifact to a local file. The file appears when it is complete and verified.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="file">The path of the local file. An existing file is replaced.</param>
    /// <param name="progress">Receives the number of bytes read so far.</param>
    /// <param name="cancellationToken">Cancels the download and deletes the partial file.</param>
    /// <returns>The attributes of the downloaded version.</returns>
    public static async Task<ArtifactInfo> DownloadFileAsync(
        this IArtifactStore store, ArtifactPath path, string file, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await content.SaveAsync(file, progress, cancellationToken).ConfigureAwait(false);
        return content.Info;
    }

    /// <summary>Copies an artifact and its attributes, in the same store or to another store. Memory use is bounded.</summary>
    /// <param name="store">The store to read from.</param>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="target">The store to write to.</param>
    /// <param name="targetPath">The path of the copy.</param>
    /// <param name="condition">The condition of the write to <paramref name="targetPath"/>.</param>
    /// <param name="cancellationToken">Cancels the copy. Nothing is stored.</param>
    /// <returns>The ETag, size and digest of the copy.</returns>
    /// <exception cref="ArtifactNotFoundException">There is no artifact at <paramref name="path"/>.</exception>
    /// <exception cref="ArtifactIntegrityException">The content does not match its digest. Nothing is stored.</exception>
    public static async Task<ArtifactWriteResult> CopyAsync(
        this IArtifactStore store,
        ArtifactPath path,
        IArtifactStore target,
        ArtifactPath targetPath,
        WriteCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var options = new ArtifactWriteOptions
        {
            Condition = condition,
            ExpectedSha256 = content.Info.Sha256,
            ContentType = content.Info.ContentType,
            Metadata = content.Info.Metadata,
        };
        return await target.WriteAsync(targetPath, content.Stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets an optional capability.</summary>
    /// <typeparam name="TService">The type of the capability.</typeparam>
    /// <param name="store">The store.</param>
    /// <returns>The capability, or <see langword="null"/> if it is not available.</returns>
    public static TService? GetService<TService>(this IArtifactStore store)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(store);
        return (TService?)store.GetService(typeof(TService));
    }

    private static async Task<ArtifactContent> OpenAlwaysAsync(
        IArtifactStore store, ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.OpenReadAsync(path, options, cancellationToken).ConfigureAwait(false)
            ?? throw new ProviderContractException(store.GetType().Name, "OpenReadAsync returned null although IfNoneMatch was not specified.");
    }
}
