using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Stores the content of one event. Record the event after all content is stored.</summary>
/// <remarks>
/// Adding is thread-safe. Content that no event references, because the process ended first, is deleted by a later garbage collection. A
/// concurrent collection does not delete content that was added here.
/// </remarks>
internal sealed class ContentWrite
{
    private const int SmallFile = 64 << 10;
    private const int ManyFiles = 16;

    /// <summary>The number of small files that are written concurrently if they share a flush of a local disk.</summary>
    private const int SharedParallelism = 64;
    private readonly IArtifactStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly StoreMarker _marker;
    private readonly ContentProtection _protection;

    private ContentWrite(IArtifactStore store, TimeProvider timeProvider)
    {
        _store = store;
        _timeProvider = timeProvider;
        _marker = StoreMarker.Of(store);
        _protection = new ContentProtection(store, timeProvider);
    }

    /// <summary>Begins to store content.</summary>
    /// <param name="store">The artifact store.</param>
    /// <param name="timeProvider">The clock for transfer rates and for the protection from garbage collection.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="ProviderException">The store is not mounted, or another store is mounted.</exception>
    public static async Task<ContentWrite> BeginAsync(IArtifactStore store, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var write = new ContentWrite(store, timeProvider);
        await Task.WhenAll(write._marker.ConfirmAsync(cancellationToken), write._protection.RefreshAsync(cancellationToken)).ConfigureAwait(false);
        return write;
    }

    /// <summary>Stores files and the files of folders, several at a time.</summary>
    /// <param name="sources">Local paths. A file is stored under its name; the files of a folder are stored under their paths below the
    /// folder.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. Content that is stored by then is kept and does not have to be stored
    /// again.</param>
    /// <returns>The files in the order of their paths.</returns>
    /// <exception cref="ArgumentException">A file cannot be stored portably: it has an invalid name, is a link, or has a name that differs from
    /// another only in case.</exception>
    /// <exception cref="InvalidOperationException">A file changed while it was stored.</exception>
    public async Task<IReadOnlyList<ContentFile>> AddFilesAsync(
        IReadOnlyList<string> sources, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await AddFilesAsync(SourceFile.FindAll(sources), known: null, progress, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="AddFilesAsync(IReadOnlyList{string}, IProgress{OperationProgress}?, CancellationToken)"/>
    /// <param name="found">The files.</param>
    /// <param name="known">Digests that another version references. The store is not queried for them. <see langword="null"/> queries the store
    /// for each digest.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">A token that cancels the transfer.</param>
    public async Task<IReadOnlyList<ContentFile>> AddFilesAsync(
        IReadOnlyList<SourceFile> found, IReadOnlySet<Sha256Digest>? known, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var files = new ContentFile[found.Count];
        var transfer = new Transfer(found.Count, found.Sum(static source => source.Size), progress, _timeProvider);
        using var large = new SemaphoreSlim(ContentStore.Parallelism);
        var isShared = found.Count(static source => source.Size <= SmallFile) >= ManyFiles;
        using var shared = isShared ? (_store.GetService(typeof(GroupFlush)) as GroupFlush)?.Begin() : null;
        var limit = ContentStore.InParallel(cancellationToken);
        limit.MaxDegreeOfParallelism = shared is null ? ContentStore.Parallelism : SharedParallelism;
        await Parallel.ForAsync(0, found.Count, limit, async (i, token) =>
        {
            var isLarge = found[i].Size > SmallFile;
            if (isLarge)
            {
                await large.WaitAsync(token).ConfigureAwait(false);
            }

            try
            {
                files[i] = await AddFileAsync(found[i], known, token).ConfigureAwait(false);
            }
            finally
            {
                if (isLarge)
                {
                    large.Release();
                }
            }

            transfer.Finish(files[i].Size);
        }).ConfigureAwait(false);

        // If a file changed after it was stored, the files never existed together in this state.
        foreach (var source in found)
        {
            source.ThrowIfChanged();
        }

        return files;
    }

    /// <summary>Stores a JSON document of this library.</summary>
    /// <returns>The digest of the JSON.</returns>
    public Task<Sha256Digest> AddDocumentAsync<T>(T document, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        AddBytesAsync(JsonSerializer.SerializeToUtf8Bytes(document, type), StoredDocument.ContentType, cancellationToken);

    /// <summary>Stores bytes.</summary>
    /// <returns>The digest of the bytes.</returns>
    public async Task<Sha256Digest> AddBytesAsync(byte[] bytes, string contentType, CancellationToken cancellationToken = default)
    {
        var digest = Sha256Digest.Of(bytes);
        using var content = new MemoryStream(bytes, writable: false);
        await AddAsync(content, digest, contentType, isKnown: false, cancellationToken).ConfigureAwait(false);
        return digest;
    }

    /// <summary>Confirms that all added content exists and will not be deleted. Call this method immediately before the event is
    /// recorded.</summary>
    /// <remarks>The call costs nothing within half an hour of the beginning. Record the event within half an hour after the call.</remarks>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="ProviderException">Content was deleted, because storing took longer than the grace period of a garbage collection. Begin
    /// again.</exception>
    public Task ConfirmAsync(CancellationToken cancellationToken = default) => _protection.ConfirmAsync(cancellationToken);

    private async Task<ContentFile> AddFileAsync(SourceFile source, IReadOnlySet<Sha256Digest>? known, CancellationToken cancellationToken)
    {
        if (source.Size <= SmallFile)
        {
            return await AddSmallFileAsync(source, known, cancellationToken).ConfigureAwait(false);
        }

        var content = source.OpenRead();
        await using var _ = content.ConfigureAwait(false);
        var digest = await Sha256Digest.OfAsync(content, cancellationToken).ConfigureAwait(false);
        var size = content.Position;
        content.Position = 0;
        try
        {
            await AddAsync(content, digest, ArtifactWriteOptions.DefaultContentType, known?.Contains(digest) == true, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            throw source.Changed(exception);
        }

        source.ThrowIfChanged();
        return new ContentFile(source.Path, size, digest) { IsExecutable = source.IsExecutable };
    }

    /// <summary>Stores a small file. It is read on the calling thread, which takes less time than a switch to another thread.</summary>
    private async Task<ContentFile> AddSmallFileAsync(SourceFile source, IReadOnlySet<Sha256Digest>? known, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallFile + 1);
        try
        {
            var size = ReadSmall(source, buffer);
            var digest = Sha256Digest.Of(buffer.AsSpan(0, size));
            using var content = new MemoryStream(buffer, 0, size, writable: false);
            await AddAsync(content, digest, ArtifactWriteOptions.DefaultContentType, known?.Contains(digest) == true, cancellationToken).ConfigureAwait(false);
            source.ThrowIfChanged();
            return new ContentFile(source.Path, size, digest) { IsExecutable = source.IsExecutable };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int ReadSmall(SourceFile source, byte[] buffer)
    {
        using var content = source.OpenRead();
        var size = content.ReadAtLeast(buffer.AsSpan(0, SmallFile + 1), SmallFile + 1, throwOnEndOfStream: false);
        return size <= SmallFile ? size : throw source.Changed();
    }

    private async Task AddAsync(Stream content, Sha256Digest digest, string contentType, bool isKnown, CancellationToken cancellationToken)
    {
        var path = ContentStore.PathOf(digest);
        await _protection.ProtectAsync(digest, cancellationToken).ConfigureAwait(false);
        if ((isKnown && !_protection.IsMarked(digest)) || await _store.FindAsync(path, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        await _marker.EnsureAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ExpectedSha256 = digest, ContentType = contentType };
            await _store.WriteAsync(path, content, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactExistsException)
        {
            // Another writer stored the same content.
        }
    }
}
