using MlOps.Content;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The files on disk that a step reads, as they were when the step was looked at.</summary>
internal sealed class StepFiles
{
    private readonly List<SourceFile> _sources = [];

    /// <summary>Gets each file and folder with its digest, which for a folder is that of its files' digests.</summary>
    public List<StepInput> Inputs { get; } = [];

    /// <summary>Hashes files and folders.</summary>
    /// <exception cref="ArgumentException">One is not there or holds something that cannot be hashed portably.</exception>
    /// <exception cref="InvalidOperationException">A file was changed meanwhile.</exception>
    public static async Task<StepFiles> ReadAsync(IEnumerable<string> paths, SourceSelection selection, CancellationToken cancellationToken)
    {
        var files = new StepFiles();
        foreach (var path in paths)
        {
            var sources = SourceFile.FindAll([path], selection);
            var hashed = await HashAsync(sources, cancellationToken).ConfigureAwait(false);
            files._sources.AddRange(sources);
            files.Inputs.Add(new StepInput(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), DatasetManifest.DigestOf(hashed)));
        }

        return files;
    }

    /// <summary>Hashes files, several at a time.</summary>
    public static async Task<ContentFile[]> HashAsync(List<SourceFile> sources, CancellationToken cancellationToken)
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

    /// <exception cref="InvalidOperationException">A file is not what it was, so what the step made of it belongs to nothing that was looked at.</exception>
    public void ThrowIfChanged() => _sources.ForEach(static source => source.ThrowIfChanged());
}
