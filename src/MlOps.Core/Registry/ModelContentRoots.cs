using System.Runtime.CompilerServices;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>What of the content the versions of models name.</summary>
internal sealed class ModelContentRoots(IArtifactStore store, ContentStore content, TimeProvider timeProvider) : IContentRoots
{
    private readonly RegistryOptions _noGates = new();

    public bool Reads(ArtifactPath folder) => folder.IsBelow(ModelLog.Folder) && folder.ToString().Split('/') is [_, _];

    public async IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in RecordFolders.ListNamesAsync(store, ModelLog.Folder, cancellationToken).ConfigureAwait(false))
        {
            using var log = Open(name);
            var model = await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            foreach (var version in model?.Versions ?? [])
            {
                var owner = $"model '{name}' version {version.Number}";
                yield return (version.Manifest, owner);
                var manifest = await PackageManifest.ReadAsync(content, version.Manifest, cancellationToken).ConfigureAwait(false);
                foreach (var file in manifest.Files)
                {
                    yield return (file.Sha256, owner);
                }
            }
        }
    }

    public async IAsyncEnumerable<MlOpsException> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var name in RecordFolders.ListNamesAsync(store, ModelLog.Folder, cancellationToken).ConfigureAwait(false))
        {
            if (await FindFaultAsync(name, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                yield return fault;
            }
        }
    }

    private Task<MlOpsException?> FindFaultAsync(string name, CancellationToken cancellationToken) => LogFault.FindAsync(async () =>
    {
        using var log = Open(name);
        await log.VerifyAsync(cancellationToken).ConfigureAwait(false);
        await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
    });

    private ModelLog Open(string name) => new(store, name, _noGates, timeProvider);
}
