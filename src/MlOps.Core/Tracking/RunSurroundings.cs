using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Reads what runs ran in, which many of them share.</summary>
internal static class RunSurroundings
{
    /// <exception cref="DocumentFormatException">The description cannot be read.</exception>
    public static async Task<RunEnvironment> ReadAsync(ContentStore content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var opened = await content.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(opened, EnvironmentDocument.MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        return StoredDocument.Parse(opened.Info.Path, bytes, EnvironmentJson.Default.EnvironmentDocument).Environment;
    }
}
