using System.Text.Json;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Finds the content that events of any kind reference, directly or through documents.</summary>
/// <remarks>Not thread-safe. The digests of found content are kept in memory, with 32 bytes per file, so that each is returned once.</remarks>
internal sealed class ContentReferences(MigrationEndpoint source, MigrationReportBuilder report, ParallelOptions limit)
{
    private const int MaxDocumentSize = 256 << 20;
    private readonly HashSet<Sha256Digest> _found = [];

    /// <summary>Finds the content that an event references and that no earlier event referenced.</summary>
    /// <returns>The content that exists at the source. Content of deleted versions may have been collected.</returns>
    public async Task<IReadOnlyList<ArtifactInfo>> ReadAsync(ArtifactPath path)
    {
        var found = new List<ArtifactInfo>();
        var documents = new Queue<ArtifactPath>([path]);
        while (documents.TryDequeue(out var document))
        {
            var digests = await ReadDigestsAsync(document, limit.CancellationToken).ConfigureAwait(false);
            var there = await FindAsync([.. digests.Where(_found.Add)]).ConfigureAwait(false);
            found.AddRange(there);
            foreach (var info in there.Where(static info => info.ContentType == StoredDocument.ContentType))
            {
                documents.Enqueue(info.Path);
            }
        }

        return found;
    }

    private async Task<List<ArtifactInfo>> FindAsync(Sha256Digest[] digests)
    {
        var infos = new ArtifactInfo?[digests.Length];
        await Parallel.ForAsync(0, digests.Length, limit, async (i, token) =>
        {
            var path = ContentStore.PathOf(digests[i]);
            try
            {
                infos[i] = await source.FindAsync(path, token).ConfigureAwait(false);
            }
            catch (ArtifactIntegrityException exception)
            {
                report.AddFault(path, exception.Message);
            }
        }).ConfigureAwait(false);
        return [.. infos.OfType<ArtifactInfo>()];
    }

    private async Task<IReadOnlyCollection<Sha256Digest>> ReadDigestsAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var json = await StoredDocument.TryReadAsync(source.Store, path, MaxDocumentSize, cancellationToken).ConfigureAwait(false);
            return json is null ? [] : DigestScanner.Find(json);
        }
        catch (Exception exception) when (exception is JsonException or ArtifactIntegrityException or DocumentFormatException)
        {
            report.AddFault(path, $"{exception.Message} The content that it references is not copied.");
            return [];
        }
    }
}
