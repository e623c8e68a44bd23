using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Stores artifacts in an S3 bucket of AWS or of a compatible server.</summary>
/// <remarks>
/// <para>Thread safety: thread-safe. The first operation opens the first connection.</para>
/// <para>Before its first conditional write, the store probes the server with a few small objects, which it deletes and which listings do not contain. Many
/// compatible servers ignore conditions or do not check them atomically. If the probe fails, conditional writes throw and all other operations work.</para>
/// <para><see cref="GetService"/> returns <see cref="IDownloadLinks"/>, <see cref="IConditionProbe"/> and the <see cref="IAmazonS3"/> in use.</para>
/// </remarks>
public sealed class S3ArtifactStore : IArtifactStore, IDisposable
{
    private readonly bool _ownsClient;
    private readonly S3Bucket _bucket;
    private readonly S3Reader _reader;
    private readonly S3ConditionProbe _probe;
    private readonly S3Writer _writer;
    private readonly S3DownloadLinks _links;
    private long _skippedKeys;

    /// <summary>Initializes a new instance of the <see cref="S3ArtifactStore"/> class.</summary>
    /// <param name="options">The settings, which are read once. Those for address, credentials, retries and timeouts are ignored if a client is given.</param>
    /// <param name="client">The client, which the caller disposes, or <see langword="null"/> to create a client that is disposed with the store.</param>
    /// <exception cref="OptionsValidationException">A setting is not valid. All faults are listed.</exception>
    public S3ArtifactStore(S3StorageOptions options, IAmazonS3? client = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (S3StorageOptionsValidator.Validate(options, hasClient: client is not null) is { Failed: true } faults)
        {
            throw new OptionsValidationException(nameof(S3StorageOptions), typeof(S3StorageOptions), faults.Failures);
        }

        _ownsClient = client is null;
        _bucket = new S3Bucket(client ?? S3ClientFactory.Create(options), options);
        _reader = new S3Reader(_bucket);
        _probe = new S3ConditionProbe(_bucket);
        _writer = new S3Writer(_bucket, _probe);
        _links = new S3DownloadLinks(_bucket, TimeProvider.System);
    }

    /// <summary>Gets the number of keys that listings have skipped because they are not valid artifact paths. Other tools wrote these keys.</summary>
    /// <value>A key is counted once in each listing.</value>
    public long SkippedKeys => Interlocked.Read(ref _skippedKeys);

    /// <inheritdoc/>
    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var key = _bucket.ToKey(path);
        return await _bucket.RunAsync(
            "find",
            path,
            async token => await _bucket.FindAsync(key, token).ConfigureAwait(false) is { } found ? S3Attributes.ToInfo(path, found) : null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return _reader.OpenAsync(path, options, cancellationToken);
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
        var key = _bucket.ToKey(path);
        return _bucket.RunAsync("delete", path, token => _bucket.DeleteAsync(key, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = _bucket.Name,
            Prefix = _bucket.ToKey(prefix is null ? "" : $"{prefix}/"),
            StartAfter = startAfter is null ? null : _bucket.ToKey(startAfter.ToString()),
        };
        ListObjectsV2Response page;
        do
        {
            page = await _bucket.RunAsync("list", prefix, token => _bucket.ListAsync(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? [])
            {
                if (ToEntry(found, prefix) is { } entry)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return entry;
                }
            }

            if (page.IsTruncated is true && (string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == request.ContinuationToken))
            {
                throw new ProviderException(
                    S3Errors.Provider, "list", isTransient: false,
                    $"The server of bucket '{_bucket.Name}' returned an incomplete list without a continuation token, so it does not support ListObjectsV2. "
                    + $"Set {_bucket.Options.NameOf(nameof(S3StorageOptions.ServiceUrl))} to a server that does.");
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);
    }

    /// <summary>Returns a description of the storage location without credentials.</summary>
    /// <returns>The bucket, prefix, region and address.</returns>
    public override string ToString() => _bucket.Options.ToString();

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType == typeof(IDownloadLinks) ? _links
            : serviceType == typeof(IConditionProbe) ? _probe
            : serviceType == typeof(IAmazonS3) ? _bucket.Client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <returns>The entry, or <see langword="null"/> for a key that is not a path of this store.</returns>
    private ArtifactEntry? ToEntry(S3Object found, ArtifactPath? prefix)
    {
        try
        {
            var key = found.Key ?? throw new FormatException("The list contains an object without a key.");
            if (_bucket.ToPath(key) is { } path)
            {
                return S3Attributes.ToEntry(path, found);
            }

            _ = key.StartsWith(_bucket.ToKey(S3ConditionProbeWrites.Folder), StringComparison.Ordinal) ? 0 : Interlocked.Increment(ref _skippedKeys);
            return null;
        }
        catch (FormatException exception)
        {
            throw _bucket.Errors.Translate(exception, "list", prefix, CancellationToken.None)!;
        }
    }

    /// <summary>Disposes the client if the store created it.</summary>
    public void Dispose()
    {
        if (_ownsClient)
        {
            _bucket.Client.Dispose();
        }
    }
}
