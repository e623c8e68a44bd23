using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>What a version of a model consists of: its files, and examples to check it with.</summary>
/// <remarks>Immutable and thread-safe. Nothing to dispose.</remarks>
public sealed class ModelPackage
{
    private readonly ContentStore _content;

    internal ModelPackage(ModelVersion version, PackageManifest manifest, ContentStore content)
    {
        Version = version;
        Files = manifest.Files;
        Examples = manifest.Examples;
        _content = content;
    }

    /// <summary>Gets the version.</summary>
    public ModelVersion Version { get; }

    /// <summary>Gets the files, in the order of their paths.</summary>
    public IReadOnlyList<ContentFile> Files { get; }

    /// <summary>Gets the golden examples.</summary>
    public IReadOnlyList<GoldenExample> Examples { get; }

    /// <summary>Writes all files to a folder, several at a time, each verified before it appears there.</summary>
    /// <param name="folder">The folder on disk; created if it is not there, and what else is in it stays.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer; files finished by then stay.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="ArtifactIntegrityException">A file's bytes are not what was registered; the message names model, version, file and both digests.</exception>
    public async Task RestoreAsync(string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        try
        {
            await _content.RestoreAsync(Files, folder, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            throw Named(exception, Files.FirstOrDefault(file => ContentStore.PathOf(file.Sha256) == exception.Path)?.Path);
        }
    }

    /// <summary>Opens one file for reading; it is verified while it is read.</summary>
    /// <param name="path">Its path in the version.</param>
    /// <param name="cancellationToken">Cancels opening; each read of the stream takes its own token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The version has no such file.</exception>
    /// <exception cref="ArtifactIntegrityException">Thrown by a read: the bytes are not what was registered.</exception>
    public Task<ArtifactContent> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = ContentFile.Get(Files, path, $"Version {Version.Number} of the model '{Version.Model}' has no file");
        return _content.OpenReadAsync(file.Sha256, cancellationToken);
    }

    internal static async Task<ModelPackage> OpenAsync(ContentStore content, ModelVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await PackageManifest.ReadAsync(content, version.Manifest, cancellationToken).ConfigureAwait(false);
            return new ModelPackage(version, manifest, content);
        }
        catch (ArtifactIntegrityException exception)
        {
            throw Named(version, exception, "the list of files");
        }
    }

    private ArtifactIntegrityException Named(ArtifactIntegrityException exception, string? path) =>
        Named(Version, exception, path is null ? "a file" : $"the file '{path}'");

    private static ArtifactIntegrityException Named(ModelVersion version, ArtifactIntegrityException exception, string what) => new(
        exception.Path, exception.Expected, exception.Actual, $"It is {what} of version {version.Number} of the model '{version.Model}'.", exception);
}
