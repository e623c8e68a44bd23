using MlOps.Content;
using MlOps.Datasets;

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
            var hashed = await SourceHashes.ComputeAsync(sources, cancellationToken).ConfigureAwait(false);
            files._sources.AddRange(sources);
            files.Inputs.Add(new StepInput(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))), DatasetManifest.DigestOf(hashed)));
        }

        return files;
    }

    /// <exception cref="InvalidOperationException">A file is not what it was, so what the step made of it belongs to nothing that was looked at.</exception>
    public void ThrowIfChanged() => _sources.ForEach(static source => source.ThrowIfChanged());
}
