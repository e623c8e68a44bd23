using System.Net;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

/// <summary>Stores artifacts as block blobs in a container of Azure Blob Storage.</summary>
/// <remarks>
/// <para>Thread safety: thread-safe. The store passes <c>ArtifactStoreConformance</c>. <see cref="GetService"/> returns <see cref="IDownloadLinks"/> and the
/// <see cref="BlobContainerClient"/> of the SDK.</para>
/// <para>If two unconditional writes of more than one block to the same path compete, the second one to finish fails with a transient
/// <see cref="ProviderException"/>, because Azure discards its blocks when the first one is stored.</para>
/// </remarks>
public sealed class AzureBlobArtifactStore : IArtifactStore, IDisposable
{
    private const int MaxNameLength = 1024;
    private readonly AzureBlobStorageOptions _options;
    private readonly AzureBlobSettings _settings;
    private readonly AzureBlobErrors _errors;
    private readonly HttpClient _httpClient;
    private readonly BlobContainerClient _container;
    private readonly BlobReader _reader;
    private readonly BlobWriter _writer;
    private readonly AzureBlobDownloadLinks _links;
    private readonly string _root;
    private volatile bool _hasContainer;
    private long _skippedBlobs;

    /// <summary>Initializes a new instance of the <see cref="AzureBlobArtifactStore"/> class. No connection is opened.</summary>
    /// <param name="options">The settings, which are read once.</param>
    /// <param name="credential">The Entra ID credential for options without a secret, or <see langword="null"/> for <c>DefaultAzureCredential</c>.</param>
    /// <param name="timeProvider">The clock for the expiration of download links, or <see langword="null"/> for the system clock.</param>
    /// <exception cref="OptionsValidationException">A setting is not valid. All faults are listed.</exception>
    public AzureBlobArtifactStore(AzureBlobStorageOptions options, TokenCredential? credential = null, TimeProvider? timeProvider = null)
        : this(Validate(options), new AzureBlobSettings(key: null), credential, timeProvider ?? TimeProvider.System)
    {
    }

    internal AzureBlobArtifactStore(
        AzureBlobStorageOptions options, AzureBlobSettings settings, TokenCredential? credential, TimeProvider timeProvider, BlobServiceClient? client = null)
    {
        _options = options;
        _settings = settings;
        _httpClient = AzureBlobClientFactory.CreateHttpClient(options);
        _container = client?.GetBlobContainerClient(options.Container)
            ?? AzureBlobClientFactory.Create(options, credential, new HttpClientTransport(_httpClient));
        _errors = new AzureBlobErrors(options, settings, new Uri(_container.Uri.GetLeftPart(UriPartial.Authority)));
        _reader = new BlobReader(options, _errors);
        _writer = new BlobWriter(options, settings, _errors);
        _root = string.IsNullOrEmpty(options.Prefix) ? "" : options.Prefix.TrimEnd('/') + "/";
        _links = new AzureBlobDownloadLinks(GetBlob, _container, options, settings, _errors, timeProvider);
        _hasContainer = !options.CreateIfMissing;
    }

    /// <summary>
    /// Gets the number of blobs that listings have skipped because their names are not valid artifact paths. Other tools wrote these blobs.
    /// </summary>
    /// <value>A blob is counted once in each listing.</value>
    public long SkippedBlobs => Interlocked.Read(ref _skippedBlobs);

    /// <inheritdoc/>
    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        var blob = GetBlob(path);
        await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return BlobAttributes.ToInfo(path, await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (Exception exception) when (_errors.Translate(exception, "find", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var blob = GetBlob(path);
        await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        return await _reader.OpenAsync(blob, path, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var blob = GetBlob(path);
        await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        return await _writer.WriteAsync(blob, path, content, options ?? new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        var blob = GetBlob(path);
        await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Deleting a missing artifact succeeds.
        }
        catch (Exception exception) when (_errors.Translate(exception, "delete", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        var blobs = BlobListing.Start(_container, _root, prefix, startAfter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = blobs.ConfigureAwait(false);
        while (true)
        {
            ArtifactEntry? entry;
            try
            {
                if (!await blobs.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }

                entry = BlobListing.ToEntry(blobs.Current, _root);
                if (entry is null)
                {
                    Interlocked.Increment(ref _skippedBlobs);
                }
            }
            catch (Exception exception) when (_errors.Translate(exception, "list", prefix, cancellationToken) is { } translated)
            {
                throw translated;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (entry is not null && (startAfter is null || entry.Path > startAfter))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Returns a description of the storage location without credentials.</summary>
    /// <returns>The container, prefix and address.</returns>
    public override string ToString() =>
        $"AzureBlob container '{_container.Name}', prefix '{_root}', service '{_container.Uri.GetLeftPart(UriPartial.Authority)}'";

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType == typeof(BlobContainerClient) ? _container
            : serviceType == typeof(IDownloadLinks) ? _links
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Closes the connections. Reading open contents fails after that.</summary>
    public void Dispose() => _httpClient.Dispose();

    private static AzureBlobStorageOptions Validate(AzureBlobStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new AzureBlobStorageOptionsValidator().Validate(name: null, options) is { Failed: true } faults
            ? throw new OptionsValidationException(nameof(AzureBlobStorageOptions), typeof(AzureBlobStorageOptions), faults.Failures)
            : options;
    }

    private BlockBlobClient GetBlob(ArtifactPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = _root + path;
        return name.Length <= MaxNameLength
            ? _container.GetBlockBlobClient(name)
            : throw new ArgumentException(
                $"'{path}' with its prefix has {name.Length} characters, but Azure allows only {MaxNameLength}. "
                + $"Use a shorter path, or set {_settings.Name(nameof(_options.Prefix))} to a shorter folder than '{_options.Prefix}'.",
                nameof(path));
    }

    private async ValueTask CreateContainerAsync(CancellationToken cancellationToken)
    {
        if (_hasContainer)
        {
            return;
        }

        try
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            _hasContainer = true;
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.Forbidden)
        {
            // Credentials such as the SAS of a container may not permit the creation of containers. If the container is missing, the operation fails.
            _hasContainer = true;
        }
        catch (Exception exception) when (_errors.Translate(exception, "create the container", path: null, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }
}
