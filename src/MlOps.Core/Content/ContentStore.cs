using System.Runtime.Versioning;
using MlOps.Documents;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Keeps bytes under their SHA-256, each once, whoever stores them and however often.</summary>
/// <remarks>
/// <para>A file is the artifact <c>blobs/sha256/ab/abcdef…</c>, written only if absent and verified whenever it is read. So what a digest names never changes,
/// identical files cost nothing, and a file that was corrupted or swapped is caught before it is used.</para>
/// <para>Thread-safe. Nothing to dispose.</para>
/// </remarks>
/// <param name="store">Where the bytes are.</param>
/// <param name="timeProvider">The clock of transfer rates.</param>
/// <param name="cache">Where bytes that were read are kept for the next time; <see langword="null"/> for nowhere.</param>
internal sealed class ContentStore(IArtifactStore store, TimeProvider timeProvider, ContentCache? cache = null)
{
    /// <summary>The number of files that are stored or restored at a time.</summary>
    public const int Parallelism = 8;

    /// <summary>Gets the folder of all content.</summary>
    public static ArtifactPath Folder { get; } = ArtifactPath.Parse("blobs/sha256");

    /// <summary>Gets where the bytes with a digest are.</summary>
    public static ArtifactPath PathOf(Sha256Digest digest)
    {
        var digits = digest.ToString();
        return Folder.Append($"{digits[..2]}/{digits}");
    }

    /// <summary>Makes the options of work on many files at a time.</summary>
    public static ParallelOptions InParallel(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };

    /// <summary>Opens bytes for reading; they are verified on the way.</summary>
    /// <exception cref="ArtifactNotFoundException">They are not in the store.</exception>
    /// <exception cref="ArtifactIntegrityException">They are not what the digest says, wherever the damage is.</exception>
    public async Task<ArtifactContent> OpenReadAsync(Sha256Digest digest, CancellationToken cancellationToken = default) =>
        cache is null
            ? await OpenStoredAsync(digest, cancellationToken).ConfigureAwait(false)
            : await cache.OpenReadAsync(digest, OpenStoredAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>Begins to store bytes that a fact recorded afterwards will name.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<ContentWrite> BeginWriteAsync(CancellationToken cancellationToken = default) => ContentWrite.BeginAsync(store, timeProvider, cancellationToken);

    /// <summary>Writes files to a folder, several at a time, each verified before it appears there.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">The folder on disk; created if it is not there, and what else is in it stays.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer; files finished by then stay.</param>
    /// <exception cref="ArtifactIntegrityException">A file's bytes are not what its digest says.</exception>
    public async Task RestoreAsync(
        IReadOnlyList<ContentFile> files, string folder, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var transfer = new Transfer(files.Count, files.Sum(static file => file.Size), progress, timeProvider);
        await Parallel.ForEachAsync(files, InParallel(cancellationToken), async (file, token) =>
        {
            // The rules of paths, under which none leads out of a folder, hold for what a manifest says too.
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

    /// <summary>Lets everybody execute a file who may read it.</summary>
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

        // The store verifies what it recorded, if it recorded anything; what counts is the digest asked for.
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
