using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Maps paths to keys of a bucket, and runs the requests to it.</summary>
internal sealed class S3Bucket
{
    private readonly string _root;
    private readonly SharedTask<bool> _presence;
    private bool _isPresent;

    public S3Bucket(IAmazonS3 client, S3StorageOptions options)
    {
        Client = client;
        Options = options;
        Errors = new S3Errors(options, client);
        _root = options.Prefix?.TrimEnd('/') is { Length: > 0 } folder ? folder + "/" : "";
        _presence = new SharedTask<bool>(CheckPresenceAsync);
        _isPresent = !options.CreateIfMissing;
        IsEncrypted = !client.Config.UseHttp && client.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is not true;
    }

    public IAmazonS3 Client { get; }

    public S3StorageOptions Options { get; }

    public S3Errors Errors { get; }

    /// <summary>Gets a value indicating whether requests use TLS, which makes payload signatures unnecessary.</summary>
    public bool IsEncrypted { get; }

    public string Name => Options.Bucket;

    public string ToKey(ArtifactPath path)
    {
        var key = _root + path;
        return _root.Length > 0 && Encoding.UTF8.GetByteCount(key) > ArtifactPath.MaxBytes
            ? throw new ArgumentException(
                $"The prefix and '{path}' together exceed {ArtifactPath.MaxBytes} bytes. "
                + $"Use a shorter path, or shorten {Options.NameOf(nameof(Options.Prefix))}.",
                nameof(path))
            : key;
    }

    /// <summary>Gets the key of a name that is not an artifact path.</summary>
    public string ToKey(string name) => _root + name;

    /// <summary>Gets the path of a key, or <see langword="null"/> if the key is not a valid path, such as a key of another tool or of the probe.</summary>
    public ArtifactPath? ToPath(string key) =>
        key.StartsWith(_root, StringComparison.Ordinal) && ArtifactPath.TryParse(key[_root.Length..], out var path) ? path : null;

    /// <summary>Runs a request. Creates the bucket before the first request if the options require it, and converts exceptions of the SDK.</summary>
    public async Task<T> RunAsync<T>(string operation, ArtifactPath? path, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            if (!_isPresent)
            {
                _isPresent = await _presence.GetAsync(cancellationToken).ConfigureAwait(false);
            }

            return await request(cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.MethodNotAllowed)
        {
            // Ceph returns this status if a multipart upload is started in a missing bucket.
            await _presence.GetAsync(cancellationToken).ConfigureAwait(false);
            throw Errors.Translate(exception, operation, path, cancellationToken)!;
        }
        catch (Exception exception) when (Errors.Translate(exception, operation, path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Finds an object, or returns <see langword="null"/> if there is none.</summary>
    public async Task<GetObjectMetadataResponse?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Name, Key = key }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsAbsent(exception))
        {
            await ConfirmAbsenceAsync(exception, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Deletes an object. Some servers return 404 if there is none.</summary>
    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var response = await Client.DeleteObjectAsync(Name, key, cancellationToken).ConfigureAwait(false);
            return response.HttpStatusCode == HttpStatusCode.NoContent || !string.IsNullOrEmpty(response.ResponseMetadata?.RequestId)
                ? true
                : throw new FormatException($"The response to the deletion has status {(int)response.HttpStatusCode} and no x-amz-request-id.");
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsAbsent(exception))
        {
            await ConfirmAbsenceAsync(exception, cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Stores an object and returns its ETag.</summary>
    public async Task<string> PutAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        var response = await Client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return S3Attributes.GetETag(response, response.ETag);
    }

    /// <summary>Gets a page of a listing.</summary>
    public async Task<ListObjectsV2Response> ListAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        var page = await Client.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        return page.IsTruncated is null ? throw new FormatException("The response is not a list of objects.") : page;
    }

    /// <summary>Verifies that a 404 means a missing object. A 404 without a body may also mean a missing bucket or another web server.</summary>
    public async Task ConfirmAbsenceAsync(AmazonS3Exception exception, CancellationToken cancellationToken)
    {
        if (exception.ErrorCode == "NoSuchKey")
        {
            return;
        }

        await (S3Errors.IsFromS3(exception) ? _presence.GetAsync(cancellationToken) : CheckPresenceAsync()).ConfigureAwait(false);
    }

    private async Task<bool> CheckPresenceAsync()
    {
        try
        {
            // Not HeadBucket: its response has no body and does not differ from a response of another web server.
            await ListAsync(new ListObjectsV2Request { BucketName = Name, Prefix = _root, MaxKeys = 1 }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Forbidden && S3Errors.IsFromS3(exception))
        {
            // Credentials may permit access to objects but not to listings.
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchBucket")
        {
            if (!Options.CreateIfMissing)
            {
                throw Errors.MissingBucket("find", exception);
            }

            await CreateAsync().ConfigureAwait(false);
        }

        return true;
    }

    private async Task CreateAsync()
    {
        try
        {
            await Client.PutBucketAsync(new PutBucketRequest { BucketName = Name }).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "BucketAlreadyOwnedByYou" or "OperationAborted")
        {
            // Another process has created the bucket.
        }
    }
}
