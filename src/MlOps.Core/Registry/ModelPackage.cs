using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>The files and golden examples of a version.</summary>
/// <remarks>Immutable and thread-safe. There is nothing to dispose.</remarks>
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

    /// <summary>Writes the files to a folder, several at a time. Each file is verified before it appears in the folder.</summary>
    /// <param name="folder">The folder on disk, which is created if it does not exist. Files with the same paths are replaced; other files are kept.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer. Completed files are kept.</param>
    /// <returns>A task that completes when all files are written.</returns>
    /// <exception cref="ArtifactIntegrityException">The content of a file does not match its digest. The message names the model, the version, the
    /// file and both digests.</exception>
    public async Task RestoreAsync(string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        try
        {
            await _content.RestoreAsync(Files, folder, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            throw WithVersion(exception, Files.FirstOrDefault(file => ContentStore.PathOf(file.Sha256) == exception.Path)?.Path);
        }
    }

    /// <summary>Opens a file for reading. The content is verified while it is read.</summary>
    /// <param name="path">The path of the file in the version.</param>
    /// <param name="cancellationToken">Cancels the call. Each read of the stream has a separate token.</param>
    /// <returns>The content, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The version has no such file.</exception>
    /// <exception cref="ArtifactIntegrityException">Thrown by a read of the stream: the content does not match its digest.</exception>
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
            throw WithVersion(version, exception, "the manifest");
        }
    }

    private ArtifactIntegrityException WithVersion(ArtifactIntegrityException exception, string? path) =>
        WithVersion(Version, exception, path is null ? "a file" : $"the file '{path}'");

    private static ArtifactIntegrityException WithVersion(ModelVersion version, ArtifactIntegrityException exception, string part) => new(
        exception.Path, exception.Expected, exception.Actual, $"The artifact is {part} of version {version.Number} of the model '{version.Model}'.", exception);
}
