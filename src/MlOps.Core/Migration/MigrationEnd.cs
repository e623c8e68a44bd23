using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>One of the two stores of a migration. What is damaged is reported with the name of the end it is at.</summary>
/// <param name="store">The store.</param>
/// <param name="name"><c>source</c> or <c>target</c>.</param>
internal sealed class MigrationEnd(IArtifactStore store, string name)
{
    public IArtifactStore Store => store;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken) =>
        NameDamageAsync(() => store.FindAsync(path, cancellationToken));

    /// <summary>Gets the digest of an artifact, as the store has recorded it; where it has not, of the bytes.</summary>
    /// <returns>The digest, or <see langword="null"/> if there is no artifact.</returns>
    public async Task<Sha256Digest?> FindDigestAsync(ArtifactPath path, CancellationToken cancellationToken) =>
        await FindAsync(path, cancellationToken).ConfigureAwait(false) is not { } info ? null
        : info.Sha256 ?? await ReadDigestAsync(path, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads an artifact to compute its digest.</summary>
    /// <returns>The digest, or <see langword="null"/> if there is no artifact.</returns>
    /// <exception cref="ArtifactIntegrityException">The bytes are not what the store has recorded.</exception>
    public Task<Sha256Digest?> ReadDigestAsync(ArtifactPath path, CancellationToken cancellationToken) => NameDamageAsync<Sha256Digest?>(async () =>
    {
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            return await Sha256Digest.OfAsync(content.Stream, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    });

    public async Task<T> NameDamageAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            throw new ArtifactIntegrityException(exception.Path, exception.Expected, exception.Actual, $"It is the one at the {name} of the migration.", exception);
        }
    }
}
