using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Stores the bytes that one fact will name; the fact is recorded when all of them are in the store.</summary>
/// <remarks>
/// Adding is thread-safe. Bytes that no fact comes to name, because the process ended before, are garbage that a later collection removes;
/// one that runs at the same time leaves alone what was added here.
/// </remarks>
internal sealed class ContentWrite
{
    private const int SmallFile = 64 << 10;
    private const int ManyFiles = 16;

    /// <summary>The number of small files that share a flush of a local disk.</summary>
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

    /// <summary>Begins to store.</summary>
    /// <param name="store">Where the bytes go.</param>
    /// <param name="timeProvider">The clock of transfer rates, and of how long what is added is safe.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ProviderException">The store is not mounted or is another store.</exception>
    public static async Task<ContentWrite> BeginAsync(IArtifactStore store, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var write = new ContentWrite(store, timeProvider);
        await Task.WhenAll(write._marker.ConfirmAsync(cancellationToken), write._protection.RefreshAsync(cancellationToken)).ConfigureAwait(false);
        return write;
    }

    /// <summary>Stores files and the files of folders, several at a time.</summary>
    /// <param name="sources">Paths on disk: a file is stored under its name, a folder's files under their paths below the folder.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer. Bytes stored by then stay, and cost nothing when they are stored again.</param>
    /// <returns>The files in the order of their paths.</returns>
    /// <exception cref="ArgumentException">A file cannot be stored portably: its name, a link, or two names that differ only in case.</exception>
    /// <exception cref="InvalidOperationException">A file was changed meanwhile.</exception>
    public async Task<IReadOnlyList<ContentFile>> AddFilesAsync(
        IReadOnlyList<string> sources, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await AddFilesAsync(SourceFile.FindAll(sources), known: null, progress, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="AddFilesAsync(IReadOnlyList{string}, IProgress{OperationProgress}?, CancellationToken)"/>
    /// <param name="found">The files.</param>
    /// <param name="known">Digests that another version names already, so that the store need not be asked for them; <see langword="null"/> asks for each.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer.</param>
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

        // A file changed after it was stored would make a version that never existed in one moment.
        foreach (var source in found)
        {
            source.ThrowIfChanged();
        }

        return files;
    }

    /// <summary>Stores a document of this library's own.</summary>
    /// <returns>The digest of its JSON.</returns>
    public Task<Sha256Digest> AddDocumentAsync<T>(T document, JsonTypeInfo<T> type, CancellationToken cancellationToken = default) =>
        AddBytesAsync(JsonSerializer.SerializeToUtf8Bytes(document, type), StoredDocument.ContentType, cancellationToken);

    /// <summary>Stores bytes that are in memory.</summary>
    /// <returns>Their digest.</returns>
    public async Task<Sha256Digest> AddBytesAsync(byte[] bytes, string contentType, CancellationToken cancellationToken = default)
    {
        var digest = Sha256Digest.Of(bytes);
        using var content = new MemoryStream(bytes, writable: false);
        await AddAsync(content, digest, contentType, isKnown: false, cancellationToken).ConfigureAwait(false);
        return digest;
    }

    /// <summary>Makes sure that everything added is there and stays; call it immediately before the fact is recorded.</summary>
    /// <remarks>It costs nothing in the first half hour. The fact must be recorded within half an hour after.</remarks>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ProviderException">Something is gone, because a garbage collection's grace period was shorter than this took: begin again.</exception>
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

    /// <summary>Stores a file that is read once and on this thread, which is sooner done than another thread would begin.</summary>
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
            // Another writer stored the same bytes meanwhile.
        }
    }
}
