using MlOps.Content;
using MlOps.Datasets;

namespace MlOps.Workflows;

/// <summary>The digests of the files on disk that a step reads.</summary>
internal sealed class StepInputFiles
{
    private readonly List<SourceFile> _sources = [];

    /// <summary>Gets each file and folder with its digest. The digest of a folder covers the paths and digests of its files.</summary>
    public List<StepInput> Inputs { get; } = [];

    /// <summary>Hashes files and folders.</summary>
    /// <exception cref="ArgumentException">A path does not exist, or a folder contains a file that cannot be hashed portably.</exception>
    /// <exception cref="InvalidOperationException">A file was changed while it was read.</exception>
    public static async Task<StepInputFiles> ReadAsync(IEnumerable<string> paths, SourceSelection selection, CancellationToken cancellationToken)
    {
        var files = new StepInputFiles();
        foreach (var path in paths)
        {
            var sources = SourceFile.FindAll([path], selection);
            var hashed = await SourceHashes.ComputeAsync(sources, cancellationToken).ConfigureAwait(false);
            files._sources.AddRange(sources);
            files.Inputs.Add(new StepInput(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), DatasetManifest.DigestOf(hashed)));
        }

        return files;
    }

    /// <exception cref="InvalidOperationException">A file was changed after it was hashed, so the digest does not identify the bytes that the step
    /// read.</exception>
    public void ThrowIfChanged() => _sources.ForEach(static source => source.ThrowIfChanged());
}
