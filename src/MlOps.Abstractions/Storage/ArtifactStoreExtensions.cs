using System.Text;

namespace MlOps.Storage;

/// <summary>Conveniences over <see cref="IArtifactStore"/>: whole artifacts as bytes, text and files.</summary>
public static class ArtifactStoreExtensions
{
    /// <summary>Opens a whole artifact for reading; it is verified while it is read.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="cancellationToken">Cancels opening; each read of the stream takes its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    public static Task<ArtifactContent> OpenReadAsync(this IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken = default) =>
        OpenAlwaysAsync(store, path, new ArtifactReadOptions(), cancellationToken);

    /// <summary>Opens a range of an artifact for reading; a range is not verified.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="range">The bytes to read.</param>
    /// <param name="cancellationToken">Cancels opening; each read of the stream takes its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    public static Task<ArtifactContent> OpenRangeAsync(
        this IArtifactStore store, ArtifactPath path, ArtifactRange range, CancellationToken cancellationToken = default) =>
        OpenAlwaysAsync(store, path, new ArtifactReadOptions { Range = range }, cancellationToken);

    /// <summary>Reads a whole artifact into memory.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="maxSize">The most bytes to accept, so that a wrong path cannot exhaust memory.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The verified bytes.</returns>
    /// <exception cref="ArgumentException">The artifact has more than <paramref name="maxSize"/> bytes.</exception>
    public static async Task<byte[]> ReadBytesAsync(
        this IArtifactStore store, ArtifactPath path, int maxSize = 64 << 20, CancellationToken cancellationToken = default)
    {
        var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        if (content.Info.Size > maxSize)
        {
            throw new ArgumentException($"'{path}' has {content.Info.Size} bytes, more than {maxSize}. Raise the limit or read it as a stream.", nameof(maxSize));
        }

        var bytes = new byte[content.Info.Size];
        var length = await content.Stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

        // The read that finds the end verifies the content; that of an empty artifact is the only one.
        var surplus = await content.Stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        return length + surplus == bytes.Length
            ? bytes
            : throw new ArtifactIntegrityException(
                path, content.Info.Sha256, actual: null, $"It should have {bytes.Length} bytes; the store delivered {(surplus > 0 ? "more" : length)}.");
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
    /// <param name="path">Where the artifact is to be.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="options">Attributes, condition and expected digest; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write, which then leaves nothing behind.</param>
    public static async Task<ArtifactWriteResult> WriteBytesAsync(
        this IArtifactStore store, ArtifactPath path, byte[] content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var stream = new MemoryStream(content, writable: false);
        return await store.WriteAsync(path, stream, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes text as an artifact, in UTF-8.</summary>
    /// <inheritdoc cref="IArtifactStore.WriteAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is to be.</param>
    /// <param name="content">The text.</param>
    /// <param name="options">Attributes, condition and expected digest; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the write, which then leaves nothing behind.</param>
    public static Task<ArtifactWriteResult> WriteTextAsync(
        this IArtifactStore store, ArtifactPath path, string content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        store.WriteBytesAsync(path, Encoding.UTF8.GetBytes(content), options, cancellationToken);

    /// <summary>Writes a local file as an artifact.</summary>
    /// <inheritdoc cref="IArtifactStore.WriteAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is to be.</param>
    /// <param name="file">The local file's path.</param>
    /// <param name="options">Attributes, condition and expected digest; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told the bytes read so far; it begins again if the store reads a large file twice, once for its digest.</param>
    /// <param name="cancellationToken">Cancels the write, which then leaves nothing behind.</param>
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

    /// <summary>Reads a whole artifact into a local file, which appears only when it is complete and verified.</summary>
    /// <inheritdoc cref="IArtifactStore.OpenReadAsync"/>
    /// <param name="store">The store.</param>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="file">The local file's path; an earlier file is replaced.</param>
    /// <param name="progress">Told the bytes received so far.</param>
    /// <param name="cancellationToken">Cancels the download, which then leaves nothing behind.</param>
    /// <returns>The attributes of the version that was read.</returns>
    public static async Task<ArtifactInfo> DownloadFileAsync(
        this IArtifactStore store, ArtifactPath path, string file, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await content.SaveAsync(file, progress, cancellationToken).ConfigureAwait(false);
        return content.Info;
    }

    /// <summary>Copies an artifact with its attributes, within a store or to another, in bounded memory.</summary>
    /// <param name="store">The store to read from.</param>
    /// <param name="path">The artifact to copy.</param>
    /// <param name="target">The store to write to.</param>
    /// <param name="targetPath">Where the copy is to be.</param>
    /// <param name="condition">What must hold of <paramref name="targetPath"/>.</param>
    /// <param name="cancellationToken">Cancels the copy, which then leaves nothing behind.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArtifactNotFoundException">There is no artifact at <paramref name="path"/>.</exception>
    /// <exception cref="ArtifactIntegrityException">The bytes read are not those of the artifact's digest; nothing was written.</exception>
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

    /// <summary>Asks for a capability beyond the contract.</summary>
    /// <typeparam name="TService">The capability's type.</typeparam>
    /// <param name="store">The store.</param>
    /// <returns>The capability, or <see langword="null"/> if the store has none.</returns>
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
            ?? throw new ProviderContractException(store.GetType().Name, "OpenReadAsync returns null only where IfNoneMatch is given.");
    }
}
