using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Stores the bytes that one fact will name; the fact is recorded when all of them are in the store.</summary>
/// <remarks>Adding is thread-safe. Bytes that no fact comes to name, because the process ended before, are garbage that a later collection removes.</remarks>
/// <param name="store">Where the bytes go.</param>
/// <param name="timeProvider">The clock of transfer rates.</param>
internal sealed class ContentWrite(IArtifactStore store, TimeProvider timeProvider)
{
    /// <summary>Stores files and the files of folders, several at a time.</summary>
    /// <param name="sources">Paths on disk: a file is stored under its name, a folder's files under their paths below the folder.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer. Bytes stored by then stay, and cost nothing when they are stored again.</param>
    /// <returns>The files in the order of their paths.</returns>
    /// <exception cref="ArgumentException">A file cannot be stored portably: its name, a link, or two names that differ only in case.</exception>
    /// <exception cref="InvalidOperationException">A file was changed meanwhile.</exception>
    public async Task<IReadOnlyList<ContentFile>> AddFilesAsync(
        IReadOnlyList<string> sources, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await AddFilesAsync(SourceFile.FindAll(sources), known: null, progress, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="AddFilesAsync(IReadOnlyList{string}, IProgress{TransferProgress}?, CancellationToken)"/>
    /// <param name="found">The files.</param>
    /// <param name="known">Digests that another version names already, so that the store need not be asked for them; <see langword="null"/> asks for each.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer.</param>
    public async Task<IReadOnlyList<ContentFile>> AddFilesAsync(
        IReadOnlyList<SourceFile> found, IReadOnlySet<Sha256Digest>? known, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var files = new ContentFile[found.Count];
        var transfer = new Transfer(found.Count, found.Sum(static source => source.Size), progress, timeProvider);
        var limit = new ParallelOptions { MaxDegreeOfParallelism = ContentStore.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, found.Count, limit, async (i, token) =>
        {
            files[i] = await AddFileAsync(found[i], known, token).ConfigureAwait(false);
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
    public async Task<Sha256Digest> AddDocumentAsync<T>(T document, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, type);
        var digest = Sha256Digest.Of(bytes);
        using var content = new MemoryStream(bytes, writable: false);
        await AddAsync(content, digest, StoredDocument.ContentType, isKnown: false, cancellationToken).ConfigureAwait(false);
        return digest;
    }

    /// <summary>Makes sure that everything added is still there; call it immediately before the fact is recorded.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task ConfirmAsync(CancellationToken cancellationToken = default)
    {
        _ = store;
        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    private async Task<ContentFile> AddFileAsync(SourceFile source, IReadOnlySet<Sha256Digest>? known, CancellationToken cancellationToken)
    {
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
        return new ContentFile(source.Path, size, digest);
    }

    private async Task AddAsync(Stream content, Sha256Digest digest, string contentType, bool isKnown, CancellationToken cancellationToken)
    {
        var path = ContentStore.PathOf(digest);
        if (isKnown || await store.FindAsync(path, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        try
        {
            var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ExpectedSha256 = digest, ContentType = contentType };
            await store.WriteAsync(path, content, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactExistsException)
        {
            // Another writer stored the same bytes meanwhile.
        }
    }
}
