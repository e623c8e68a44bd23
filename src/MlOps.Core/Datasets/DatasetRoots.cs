using System.Runtime.CompilerServices;
using MlOps.Content;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Which content the datasets use.</summary>
internal sealed class DatasetRoots(DatasetLogs logs, DatasetManifests manifests) : IContentRoots
{
    /// <inheritdoc/>
    public bool Reads(ArtifactPath folder) => folder.IsBelow(DatasetLogs.Folder) && folder.ToString().Split('/') is [_, _];

    /// <inheritdoc/>
    /// <remarks>The digest of a manifest comes before the manifest is read, so that a damaged one is known by name.</remarks>
    public async IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in logs.ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var version in (await logs.FindAsync(name, cancellationToken).ConfigureAwait(false))?.Versions ?? [])
            {
                var owner = $"dataset '{name}' version {version.Number}";
                yield return (version.Manifest, owner);
                foreach (var file in (await manifests.ReadAsync(version, cancellationToken).ConfigureAwait(false)).Files)
                {
                    yield return (file.Sha256, owner);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MlOpsException> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in logs.ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await LogFault.FindAsync(() => logs.Of(name).ReplayAsync(cancellationToken)).ConfigureAwait(false) is { } fault)
            {
                yield return fault;
            }
        }
    }
}
