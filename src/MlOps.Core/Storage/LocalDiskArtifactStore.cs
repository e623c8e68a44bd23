using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Keeps artifacts in a folder on a local disk or mounted share, for any number of processes at a time.</summary>
/// <remarks>
/// Thread-safe, as <see cref="IArtifactStore"/> says; nothing to dispose. Each artifact is one file, written beside the others, flushed, and renamed
/// into place under a lock that all processes respect. Files left by processes that died are removed by later writes.
/// </remarks>
public sealed class LocalDiskArtifactStore : IArtifactStore
{
    internal const string ProviderName = "LocalDisk";

    private readonly LocalDiskLayout _layout;
    private readonly LocalDiskWriter _writer;

    /// <summary>Initializes a store; its folder is created when it is first written to.</summary>
    /// <param name="options">Where it keeps its files.</param>
    /// <param name="timeProvider">The clock of <see cref="ArtifactEntry.LastModified"/>; <see langword="null"/> for the system's.</param>
    /// <exception cref="OptionsValidationException">The root is no folder.</exception>
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

        _layout = new LocalDiskLayout(options.Root, LocalDiskStorageOptionsValidator.PathOf(key, nameof(options.Root)), LocalDiskStorageOptionsValidator.ParseMode(options.Mode));
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
                // Who looks for what is left must not be kept from seeing it.
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

    /// <summary>Describes where the artifacts are.</summary>
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
            return null; // deleted meanwhile
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
