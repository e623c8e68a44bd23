using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>One of the two stores of a migration. Exceptions for damaged artifacts name the store.</summary>
/// <param name="store">The store.</param>
/// <param name="name"><c>source</c> or <c>target</c>.</param>
internal sealed class MigrationEndpoint(IArtifactStore store, string name)
{
    public IArtifactStore Store => store;

    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken) =>
        NameDamageAsync(() => store.FindAsync(path, cancellationToken));

    /// <summary>Gets the digest of an artifact that the store recorded or, if it recorded none, computes it.</summary>
    /// <returns>The digest, or <see langword="null"/> if the artifact does not exist.</returns>
    public async Task<Sha256Digest?> FindDigestAsync(ArtifactPath path, CancellationToken cancellationToken) =>
        await FindAsync(path, cancellationToken).ConfigureAwait(false) is not { } info ? null
        : info.Sha256 ?? await ReadDigestAsync(path, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads an artifact and computes its digest.</summary>
    /// <returns>The digest, or <see langword="null"/> if the artifact does not exist.</returns>
    /// <exception cref="ArtifactIntegrityException">The bytes do not match the digest that the store recorded.</exception>
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
            throw new ArtifactIntegrityException(
                exception.Path, exception.Expected, exception.Actual, $"The artifact is at the {name} of the migration.", exception);
        }
    }
}
