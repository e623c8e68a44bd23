using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

/// <summary>Keeps artifacts in an S3 bucket, of AWS or of a compatible server.</summary>
/// <remarks>
/// <para>Thread-safe, as <see cref="IArtifactStore"/> says. Opens no connection until it is used.</para>
/// <para>Before its first conditional write the store tries the server once, with a few small objects that no listing shows and that it deletes again: many
/// compatible servers ignore conditions or do not check them atomically. One that fails is refused for conditional writes, and goes on for all others.</para>
/// <para><see cref="GetService"/> gives <see cref="IDownloadLinks"/>, <see cref="IConditionProbe"/> and the <see cref="IAmazonS3"/> in use.</para>
/// </remarks>
public sealed class S3ArtifactStore : IArtifactStore, IDisposable
{
    private readonly bool _ownsClient;
    private readonly S3Bucket _bucket;
    private readonly S3Reader _reader;
    private readonly S3Writer _writer;
    private readonly S3DownloadLinks _links;
    private long _skippedKeys;

    /// <summary>Initializes the store; its client and connections are its own, and go when it is disposed.</summary>
    /// <param name="options">The settings; read once.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; every fault is listed.</exception>
    public S3ArtifactStore(S3StorageOptions options)
        : this(options, client: null)
    {
    }

    /// <summary>Initializes the store with a client made elsewhere, for what the options do not offer.</summary>
    /// <param name="options">The settings; those of address, credentials, retries and timeouts are the client's own.</param>
    /// <param name="client">The client, whose owner disposes it; <see langword="null"/> to make one from the options.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; every fault is listed.</exception>
    public S3ArtifactStore(S3StorageOptions options, IAmazonS3? client)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (S3StorageOptionsValidator.Validate(options, hasClient: client is not null) is { Failed: true } faults)
        {
            throw new OptionsValidationException(nameof(S3StorageOptions), typeof(S3StorageOptions), faults.Failures);
        }

        _ownsClient = client is null;
        _bucket = new S3Bucket(client ?? S3ClientFactory.Create(options), options);
        _reader = new S3Reader(_bucket);
        _writer = new S3Writer(_bucket);
        _links = new S3DownloadLinks(_bucket, TimeProvider.System);
    }

    /// <summary>Gets the number of keys that the listings of this object have skipped, because other tools wrote them and no artifact path has them.</summary>
    /// <value>A key counts once in each listing that comes to it.</value>
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
                    $"The server of bucket '{_bucket.Name}' says that its list goes on and not where, so it does not speak version 2 of ListObjects. "
                    + $"Set {_bucket.Options.NameOf(nameof(S3StorageOptions.ServiceUrl))} to one that does.");
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);
    }

    /// <summary>Describes where the artifacts are, without credentials.</summary>
    /// <returns>Bucket, prefix, region and address.</returns>
    public override string ToString() => _bucket.Options.ToString();

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType == typeof(IDownloadLinks) ? _links
            : serviceType == typeof(IConditionProbe) ? _writer.Conditions
            : serviceType == typeof(IAmazonS3) ? _bucket.Client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <returns>The entry; <see langword="null"/> for a key that is no path of this store.</returns>
    private ArtifactEntry? ToEntry(S3Object found, ArtifactPath? prefix)
    {
        try
        {
            var key = found.Key ?? throw new FormatException("The list has an object without a key.");
            if (_bucket.ToPath(key) is { } path)
            {
                return S3Attributes.ToEntry(path, found);
            }

            _ = key.StartsWith(_bucket.ToKey(S3ConditionProbe.Folder), StringComparison.Ordinal) ? 0 : Interlocked.Increment(ref _skippedKeys);
            return null;
        }
        catch (FormatException exception)
        {
            throw _bucket.Errors.Translate(exception, "list", prefix, CancellationToken.None)!;
        }
    }

    /// <summary>Closes the connections of the client the store made; a client given to it stays open.</summary>
    public void Dispose()
    {
        if (_ownsClient)
        {
            _bucket.Client.Dispose();
        }
    }
}
