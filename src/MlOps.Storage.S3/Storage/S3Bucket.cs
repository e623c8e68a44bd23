using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>The place in a bucket that a store has, and the way every request to it goes.</summary>
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

    /// <summary>Gets whether requests go over TLS, so that their payload need not be signed.</summary>
    public bool IsEncrypted { get; }

    public string Name => Options.Bucket;

    public string ToKey(ArtifactPath path)
    {
        var key = _root + path;
        return _root.Length > 0 && Encoding.UTF8.GetByteCount(key) > ArtifactPath.MaxBytes
            ? throw new ArgumentException(
                $"The prefix and '{path}' have more than {ArtifactPath.MaxBytes} bytes together. Use a shorter path, or shorten {Options.NameOf(nameof(Options.Prefix))}.",
                nameof(path))
            : key;
    }

    /// <summary>Gets a key below the prefix that no path has.</summary>
    public string ToKey(string name) => _root + name;

    /// <summary>Gets the path of a key; <see langword="null"/> for keys that other tools, or this store for itself, wrote and no path can have.</summary>
    public ArtifactPath? ToPath(string key) =>
        key.StartsWith(_root, StringComparison.Ordinal) && ArtifactPath.TryParse(key[_root.Length..], out var path) ? path : null;

    /// <summary>Makes a request: creates the bucket before the first one if that is asked for, and translates the SDK's exceptions.</summary>
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
            // What Ceph answers to the beginning of a multipart upload where there is no bucket.
            await _presence.GetAsync(cancellationToken).ConfigureAwait(false);
            throw Errors.Translate(exception, operation, path, cancellationToken)!;
        }
        catch (Exception exception) when (Errors.Translate(exception, operation, path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Finds an object; <see langword="null"/> if there is none.</summary>
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

    /// <summary>Deletes an object, which some servers answer with 404 where there is none.</summary>
    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var response = await Client.DeleteObjectAsync(Name, key, cancellationToken).ConfigureAwait(false);
            return response.HttpStatusCode == HttpStatusCode.NoContent || !string.IsNullOrEmpty(response.ResponseMetadata?.RequestId)
                ? true
                : throw new FormatException($"The answer to the deletion has status {(int)response.HttpStatusCode} and no x-amz-request-id.");
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

    /// <summary>Gets a page of the list of objects.</summary>
    public async Task<ListObjectsV2Response> ListAsync(ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        var page = await Client.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        return page.IsTruncated is null ? throw new FormatException("The answer is no list of objects.") : page;
    }

    /// <summary>Makes sure that a 404 means an absent object: without a body it may mean an absent bucket, and any web server answers so.</summary>
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
            // Not HeadBucket: its answer has no body, so that it cannot be told from the one of another web server.
            await ListAsync(new ListObjectsV2Request { BucketName = Name, Prefix = _root, MaxKeys = 1 }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Forbidden && S3Errors.IsFromS3(exception))
        {
            // Who may use objects need not be allowed to list them.
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
            // Another process created it meanwhile.
        }
    }
}
