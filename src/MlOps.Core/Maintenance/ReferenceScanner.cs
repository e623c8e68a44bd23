using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Finds the content that events of any kind reference, directly or through documents, without computing the state of the
/// events.</summary>
internal sealed partial class ReferenceScanner(IArtifactStore store, ILogger logger)
{
    private const int MaxDocumentSize = 256 << 20;

    /// <summary>Gets the content that was found.</summary>
    public HashSet<Sha256Digest> Found { get; } = [];

    /// <summary>Gets the found content that is a document.</summary>
    public HashSet<Sha256Digest> Documents { get; } = [];

    /// <summary>Gets a value indicating whether a document was damaged, so that references may be missing.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads the digests that the events in the store reference.</summary>
    /// <returns>The digests. An event that cannot be read is logged and omitted.</returns>
    public async Task<HashSet<Sha256Digest>> ReadEventsAsync(CancellationToken cancellationToken)
    {
        var digests = new HashSet<Sha256Digest>();
        var events = store.ListAsync(cancellationToken: cancellationToken).Where(static entry => EventPath.TryParse(entry.Path, out _, out _));
        await Parallel.ForEachAsync(events, ContentStore.InParallel(cancellationToken), async (entry, token) =>
        {
            var named = await ReadAsync(entry.Path, token).ConfigureAwait(false);
            lock (digests)
            {
                digests.UnionWith(named);
            }
        }).ConfigureAwait(false);
        return digests;
    }

    /// <summary>Adds content, and the content that it references if it is a document of this library.</summary>
    /// <param name="digests">The digests. They do not have to identify content.</param>
    /// <param name="filter">Selects the relevant digests.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public async Task AddAsync(IEnumerable<Sha256Digest> digests, Func<Sha256Digest, bool> filter, CancellationToken cancellationToken)
    {
        Sha256Digest[] next = [.. digests.Where(digest => filter(digest) && Found.Add(digest))];
        while (next.Length > 0)
        {
            var named = new HashSet<Sha256Digest>();
            await Parallel.ForEachAsync(next, ContentStore.InParallel(cancellationToken), async (digest, token) =>
            {
                if (await FindDocumentAsync(ContentStore.PathOf(digest), token).ConfigureAwait(false) is { } path)
                {
                    var further = await ReadAsync(path, token).ConfigureAwait(false);
                    lock (named)
                    {
                        Documents.Add(digest);
                        named.UnionWith(further);
                    }
                }
            }).ConfigureAwait(false);
            next = [.. named.Where(digest => filter(digest) && Found.Add(digest))];
        }
    }

    private async Task<ArtifactPath?> FindDocumentAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.FindAsync(path, cancellationToken).ConfigureAwait(false))?.ContentType == StoredDocument.ContentType ? path : null;
        }
        catch (ArtifactIntegrityException exception)
        {
            IsDamaged = true;
            LogUnreadable(exception, path);
            return null;
        }
    }

    private async Task<HashSet<Sha256Digest>> ReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await StoredDocument.TryReadAsync(store, path, MaxDocumentSize, cancellationToken).ConfigureAwait(false);
            return bytes is null ? [] : DigestScanner.Find(bytes);
        }
        catch (Exception exception) when (exception is JsonException or ArtifactIntegrityException or DocumentFormatException)
        {
            IsDamaged = true;
            LogUnreadable(exception, path);
            return [];
        }
    }

    [LoggerMessage(214, LogLevel.Warning, "'{Path}' is damaged, and its references to content are unknown. Verify the store.")]
    private partial void LogUnreadable(Exception exception, ArtifactPath path);
}
