using System.Text.Json;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Stores the descriptions of the environments of runs as content.</summary>
/// <remarks>Thread-safe. A description that is already stored is not written again.</remarks>
internal sealed class EnvironmentWriter(ContentStore content, EnvironmentCapture environment)
{
    private Stored? _last;

    /// <summary>Captures the environment, and stores its description and the patch of uncommitted changes.</summary>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The digest of the description, and the commit of the code.</returns>
    public async Task<(Sha256Digest Digest, string? Commit)> StoreAsync(CancellationToken cancellationToken)
    {
        var captured = await environment.CaptureAsync(cancellationToken).ConfigureAwait(false);
        var commit = captured.Environment.Git?.Commit;
        var document = JsonSerializer.SerializeToUtf8Bytes(
            new EnvironmentDocument { Environment = captured.Environment }, EnvironmentJson.Default.EnvironmentDocument);
        if (_last is { } last && last.Digest == Sha256Digest.Of(document))
        {
            await last.Write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            return (last.Digest, commit);
        }

        var write = await content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (captured.Diff is { } diff)
        {
            await write.AddBytesAsync(diff, "text/x-diff", cancellationToken).ConfigureAwait(false);
        }

        var digest = await write.AddBytesAsync(document, StoredDocument.ContentType, cancellationToken).ConfigureAwait(false);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        _last = new Stored(digest, write);
        return (digest, commit);
    }

    /// <summary>A stored description, and the write operation that protects it from garbage collection until it is recorded.</summary>
    private sealed record Stored(Sha256Digest Digest, ContentWrite Write);
}
