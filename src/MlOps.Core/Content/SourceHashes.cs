using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Hashes local files without storing them.</summary>
internal static class SourceHashes
{
    /// <summary>Hashes files, several at a time.</summary>
    /// <exception cref="InvalidOperationException">A file changed while it was read.</exception>
    public static async Task<ContentFile[]> ComputeAsync(List<SourceFile> sources, CancellationToken cancellationToken)
    {
        var files = new ContentFile[sources.Count];
        await Parallel.ForAsync(0, sources.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
        {
            var content = sources[i].OpenRead();
            await using var _ = content.ConfigureAwait(false);
            files[i] = new ContentFile(sources[i].Path, sources[i].Size, await Sha256Digest.OfAsync(content, token).ConfigureAwait(false))
            {
                IsExecutable = sources[i].IsExecutable,
            };
        }).ConfigureAwait(false);
        sources.ForEach(static source => source.ThrowIfChanged());
        return files;
    }
}
