using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Stores artifacts in a folder on a local disk or a mounted share. Any number of processes may use it.</summary>
/// <remarks>
/// Thread-safe. Each artifact is one file, which is written to a temporary folder, flushed, and renamed under a lock that is shared by all processes. Later
/// writes delete the temporary files of terminated processes.
/// </remarks>
public sealed class LocalDiskArtifactStore : IArtifactStore
{
    internal const string ProviderName = "LocalDisk";

    private readonly LocalDiskLayout _layout;
    private readonly LocalDiskWriter _writer;

    /// <summary>Initializes a new instance of the <see cref="LocalDiskArtifactStore"/> class. The first write creates the folder.</summary>
    /// <param name="options">The settings, which are read once.</param>
    /// <param name="timeProvider">The clock for <see cref="ArtifactEntry.LastModified"/>, or <see langword="null"/> for the system clock.</param>
    /// <exception cref="OptionsValidationException">A setting is not valid.</exception>
    public LocalDiskArtifactStore(LocalDiskStorageOptions options, TimeProvider? timeProvider = null)
        : this(options, timeProvider, key: null)
    {
    }

    internal LocalDiskArtifactStore(LocalDiskStorageOptions options, TimeProvider? timeProvider, string? key)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new LocalDiskStorageOptionsValidator().Validate(key, options) is { Failed: true } faults)
        {
            throw new OptionsValidationException(key ?? "", typeof(LocalDiskStorageOptions), faults.Failures);
        }

        _layout = new LocalDiskLayout(
            options.Root,
            LocalDiskStorageOptionsValidator.PathOf(key, nameof(options.Root)),
            LocalDiskStorageOptionsValidator.ParseMode(options.Mode));
        _writer = new LocalDiskWriter(_layout, timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    object? IArtifactStore.GetService(Type serviceType) =>
        serviceType == typeof(GroupFlush) ? _writer.Group : serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return GuardAsync("find", path, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var handle = TryOpen(_layout.FileOf(path));
            return handle is null ? null : await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
        });
    }

    /// <inheritdoc/>
    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return GuardAsync("read", path, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var handle = TryOpen(_layout.FileOf(path)) ?? throw new ArtifactNotFoundException(path);
            ArtifactContent? content = null;
            try
            {
                var info = await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
                return content = info.ETag == options.IfNoneMatch ? null : Open(handle, info, options.Range);
            }
            finally
            {
                if (content is null)
                {
                    handle.Dispose();
                }
            }
        });
    }

    /// <inheritdoc/>
    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        return _writer.WriteAsync(path, content, options ?? new ArtifactWriteOptions(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _writer.DeleteAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var files = new LocalDiskListing(_layout, startAfter).Walk(prefix, cancellationToken).GetEnumerator();
        ArtifactIntegrityException? damage = null;
        while (true)
        {
            ArtifactInfo? info = null;
            try
            {
                if (!files.MoveNext())
                {
                    break;
                }

                using var handle = TryOpen(files.Current.File);
                info = handle is null ? null : await ArtifactFile.ReadAttributesAsync(handle, files.Current.Path, cancellationToken).ConfigureAwait(false);
            }
            catch (ArtifactIntegrityException exception)
            {
                // The other artifacts are listed before the damaged ones are reported.
                damage ??= exception;
            }
            catch (Exception exception) when (LocalDiskErrors.Translate(exception, "list", prefix, _layout) is { } translated)
            {
                throw translated;
            }

            if (info is not null)
            {
                yield return info;
            }
        }

        if (damage is not null)
        {
            throw damage;
        }
    }

    /// <summary>Returns a description of the storage location.</summary>
    /// <returns>The full path of the folder.</returns>
    public override string ToString() => $"{ProviderName} at {_layout.Root}";

    internal static SafeFileHandle? TryOpen(string file)
    {
        try
        {
            return File.Exists(file)
                ? File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous)
                : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Deleted by another process.
        }
    }

    private ArtifactContent Open(SafeFileHandle handle, ArtifactInfo info, ArtifactRange? range) => range is { } part
        ? new ArtifactContent(info, new LocalDiskReadStream(handle, info.Path, _layout, part.Offset, part.ClipTo(info.Size)))
        : new ArtifactContent(info, ArtifactStreams.Verify(new LocalDiskReadStream(handle, info.Path, _layout, 0, info.Size), info));

    private async Task<T> GuardAsync<T>(string operation, ArtifactPath path, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, operation, path, _layout) is { } translated)
        {
            throw translated;
        }
    }
}
