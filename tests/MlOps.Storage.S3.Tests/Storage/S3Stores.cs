using Amazon.S3;
using Amazon.S3.Model;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Creates stores on test servers, and accesses their data without the store.</summary>
internal static class S3Stores
{
    /// <summary>Options with the smallest parts, so that little content is many parts, for a bucket that is yet to be made.</summary>
    public static S3StorageOptions OptionsFor(S3Server server) => new()
    {
        Bucket = S3Server.NewBucketName(),
        CreateIfMissing = true,
        ServiceUrl = server.ServiceUrl,
        AccessKey = server.AccessKey,
        SecretKey = server.SecretKey,
        PartSize = 5 << 20,
    };

    /// <summary>Opens a bucket that is there, with limits that only the requests made to fail need to exceed.</summary>
    public static S3ArtifactStore OpenImpatient(S3Server server, string bucket, TimeSpan stallTimeout, int maxRetries)
    {
        var options = OptionsFor(server);
        (options.Bucket, options.CreateIfMissing) = (bucket, false);
        (options.StallTimeout, options.MaxRetries) = (stallTimeout, maxRetries);
        return new S3ArtifactStore(options);
    }

    /// <summary>The same as the configuration of another process.</summary>
    public static Dictionary<string, string> SettingsOf(S3StorageOptions options) => new()
    {
        ["MlOps:Storage:Provider"] = "S3",
        ["MlOps:Storage:S3:ServiceUrl"] = options.ServiceUrl!.ToString(),
        ["MlOps:Storage:S3:Bucket"] = options.Bucket,
        ["MlOps:Storage:S3:AccessKey"] = options.AccessKey!,
        ["MlOps:Storage:S3:SecretKey"] = options.SecretKey!,
        ["MlOps:Storage:S3:CreateIfMissing"] = "true",
    };

    public static IAmazonS3 Client(this IArtifactStore store) => store.GetService<IAmazonS3>()!;

    public static async Task FlipBitAsync(IAmazonS3 client, string bucket, string key)
    {
        using var stored = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key });
        using var content = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(content);
        content.GetBuffer()[content.Length / 2] ^= 1;
        content.Position = 0;
        var request =
            new PutObjectRequest { BucketName = bucket, Key = key, InputStream = content, UseChunkEncoding = false, ContentType = stored.Headers.ContentType };
        foreach (var name in stored.Metadata.Keys)
        {
            request.Metadata[name] = stored.Metadata[name];
        }

        await client.PutObjectAsync(request);
    }

    public static async Task<int> CountUploadsAsync(IAmazonS3 client, string bucket)
    {
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket });
        return uploads.MultipartUploads?.Count ?? 0;
    }
}
