using System.Runtime.Versioning;
using MlOps.Documents;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Stores content by its SHA-256 digest, so that identical content is stored once.</summary>
/// <remarks>
/// <para>Content is the artifact <c>blobs/sha256/ab/abcdef…</c>. It is written only if absent, and verified on every read. Content therefore
/// never changes, identical files share storage, and a damaged or replaced file is detected before it is used.</para>
/// <para>Thread-safe. Nothing to dispose.</para>
/// </remarks>
/// <param name="store">The artifact store.</param>
/// <param name="timeProvider">The clock for transfer rates.</param>
/// <param name="cache">The local cache, or <see langword="null"/> for no cache.</param>
internal sealed class ContentStore(IArtifactStore store, TimeProvider timeProvider, ContentCache? cache = null)
{
    /// <summary>The number of files that are stored or restored concurrently.</summary>
    public const int Parallelism = 8;

    /// <summary>Gets the folder of all content.</summary>
    public static ArtifactPath Folder { get; } = ArtifactPath.Parse("blobs/sha256");

    /// <summary>Gets the path of the content with a digest.</summary>
    public static ArtifactPath PathOf(Sha256Digest digest)
    {
        var digits = digest.ToString();
        return Folder.Append($"{digits[..2]}/{digits}");
    }

    /// <summary>Creates the options for work on several files in parallel.</summary>
    public static ParallelOptions InParallel(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };

    /// <summary>Opens content for reading. The content is verified while it is read.</summary>
    /// <exception cref="ArtifactNotFoundException">The content does not exist.</exception>
    /// <exception cref="ArtifactIntegrityException">The content does not match its digest.</exception>
    public async Task<ArtifactContent> OpenReadAsync(Sha256Digest digest, CancellationToken cancellationToken = default) =>
        cache is null
            ? await OpenStoredAsync(digest, cancellationToken).ConfigureAwait(false)
            : await cache.OpenReadAsync(digest, OpenStoredAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>Begins to store content for an event that is recorded afterwards.</summary>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public Task<ContentWrite> BeginWriteAsync(CancellationToken cancellationToken = default) => ContentWrite.BeginAsync(store, timeProvider, cancellationToken);

    /// <summary>Restores files to a local folder, several at a time. Each file is verified before it appears.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">The local folder. It is created if it does not exist. Other files in the folder are kept.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. Files that are complete by then are kept.</param>
    /// <exception cref="ArtifactIntegrityException">The content of a file does not match its digest.</exception>
    public async Task RestoreAsync(
        IReadOnlyList<ContentFile> files, string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var transfer = new Transfer(files.Count, files.Sum(static file => file.Size), progress, timeProvider);
        await Parallel.ForEachAsync(files, InParallel(cancellationToken), async (file, token) =>
        {
            // Parsing validates the path, which comes from a manifest: it cannot lead out of the folder.
            var target = Path.Combine([folder, .. ArtifactPath.Parse(file.Path).ToString().Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await RestoreFileAsync(file, target, token).ConfigureAwait(false);
            if (file.IsExecutable && !OperatingSystem.IsWindows())
            {
                AllowExecution(target);
            }

            transfer.Finish(file.Size);
        }).ConfigureAwait(false);
    }

    /// <summary>Grants the execute permission to every class of users that has the read permission.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void AllowExecution(string file)
    {
        var mode = File.GetUnixFileMode(file);
        mode |= mode.HasFlag(UnixFileMode.UserRead) ? UnixFileMode.UserExecute : 0;
        mode |= mode.HasFlag(UnixFileMode.GroupRead) ? UnixFileMode.GroupExecute : 0;
        mode |= mode.HasFlag(UnixFileMode.OtherRead) ? UnixFileMode.OtherExecute : 0;
        File.SetUnixFileMode(file, mode);
    }

    private async Task RestoreFileAsync(ContentFile file, string target, CancellationToken cancellationToken)
    {
        if (cache is not null)
        {
            await cache.SaveAsync(file.Sha256, target, OpenStoredAsync, cancellationToken).ConfigureAwait(false);
            return;
        }

        var content = await OpenStoredAsync(file.Sha256, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await content.SaveAsync(target, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task<ArtifactContent> OpenStoredAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var path = PathOf(digest);
        var content = await OpenAsync(path, cancellationToken).ConfigureAwait(false);
        if (content.Info.Sha256 == digest)
        {
            return content;
        }

        // The store verifies only digests that it recorded. Always verify the requested digest.
        var info = new ArtifactInfo
        {
            Path = path,
            Size = content.Info.Size,
            ETag = content.Info.ETag,
            LastModified = content.Info.LastModified,
            ContentType = content.Info.ContentType,
            Metadata = content.Info.Metadata,
            Sha256 = digest,
        };
        return new ArtifactContent(info, ArtifactStreams.Verify(content.Stream, info));
    }

    private async Task<ArtifactContent> OpenAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactNotFoundException)
        {
            await StoreMarker.Of(store).ConfirmAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }
}
