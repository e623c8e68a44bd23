namespace MlOps.Tests.Backends;

/// <summary>A server that speaks S3: where it is, and the keys it accepts.</summary>
/// <param name="ServiceUrl">The server's address; buckets are the first segment of the path.</param>
/// <param name="AccessKey">The access key.</param>
/// <param name="SecretKey">The secret key.</param>
public sealed record S3Server(Uri ServiceUrl, string AccessKey, string SecretKey)
{
    /// <summary>Makes the name of a bucket that does not exist yet.</summary>
    public static string NewBucketName() => $"test-{Guid.NewGuid():N}";

    /// <summary>Gets this server as it is seen through a proxy.</summary>
    public S3Server Through(FaultProxy proxy) => this with { ServiceUrl = proxy.Endpoint };

    internal static S3Server Parse(string answer) => answer.Split(' ') is [var url, var accessKey, var secretKey]
        ? new S3Server(new Uri(url), accessKey, secretKey)
        : throw new FormatException($"The server's script printed '{answer}', not its endpoint, access key and secret key.");
}
