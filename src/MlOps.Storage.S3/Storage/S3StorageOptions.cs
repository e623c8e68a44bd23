using System.Globalization;
using Amazon.Runtime;

namespace MlOps.Storage;

/// <summary>The settings of a store in an S3 bucket, section <c>MlOps:Storage:S3</c>.</summary>
/// <remarks>Read once, when the store is made; a change takes effect after a restart.</remarks>
public sealed class S3StorageOptions
{
    /// <summary>The key that <c>AddS3Storage</c> uses unless told otherwise.</summary>
    public const string DefaultKey = "S3";

    internal const int SmallestPartSize = 5 << 20;
    internal const string DefaultRoleSessionName = "mlops";

    /// <summary>Gets or sets the bucket that holds the artifacts.</summary>
    /// <value>Required.</value>
    public string Bucket { get; set; } = "";

    /// <summary>Gets or sets the folder inside the bucket that everything is below, such as <c>team/models</c>.</summary>
    /// <value>The default, <see langword="null"/>, is the bucket itself. Prefix and path together may have at most 1,024 bytes in UTF-8.</value>
    public string? Prefix { get; set; }

    /// <summary>Gets or sets the AWS region of the bucket, such as <c>eu-central-1</c>.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is the region in <c>AWS_REGION</c> or in the profile, without which a store on AWS is refused; it is
    /// <c>us-east-1</c> where <see cref="ServiceUrl"/> is set.
    /// </value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the address of an S3-compatible server.</summary>
    /// <value>The default, <see langword="null"/>, is AWS.</value>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Gets or sets the PEM file with the certificates of private authorities to trust in addition to those of the system.</summary>
    /// <value>The default, <see langword="null"/>, trusts the authorities of the system.</value>
    public string? CaCertificateFile { get; set; }

    /// <summary>Gets or sets whether the bucket is named in the URL's path instead of its host.</summary>
    /// <value>The default, <see langword="null"/>, means: where <see cref="ServiceUrl"/> is set.</value>
    public bool? ForcePathStyle { get; set; }

    /// <summary>Gets or sets the access key's identifier; needs <see cref="SecretKey"/>.</summary>
    /// <value>The default, <see langword="null"/>, uses <see cref="Profile"/> or else the SDK's credential chain (environment, profile, web identity, instance role).</value>
    public string? AccessKey { get; set; }

    /// <summary>Gets or sets the access key's secret. Keep it out of files that are committed.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? SecretKey { get; set; }

    /// <summary>Gets or sets the token of temporary credentials; needs <see cref="AccessKey"/>.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? SessionToken { get; set; }

    /// <summary>Gets or sets the profile of the shared AWS configuration files to take credentials from.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? Profile { get; set; }

    /// <summary>Gets or sets the ARN of the role to assume, such as <c>arn:aws:iam::123456789012:role/ml</c>.</summary>
    /// <value>
    /// The default, <see langword="null"/>, uses the credentials themselves. Otherwise they sign in to the security token service (STS): that of the region,
    /// or the server at <see cref="ServiceUrl"/>. The credentials of the role are renewed before they expire.
    /// </value>
    public string? RoleArn { get; set; }

    /// <summary>Gets or sets the name of the role's sessions, by which audit logs show them; needs <see cref="RoleArn"/>.</summary>
    /// <value>The default is <c>mlops</c>; 2 to 64 letters, digits and <c>_+=,.@-</c>.</value>
    public string RoleSessionName { get; set; } = DefaultRoleSessionName;

    /// <summary>Gets or sets how the server encrypts what is written: <c>AES256</c>, <c>aws:kms</c> or <c>aws:kms:dsse</c>.</summary>
    /// <value>The default, <see langword="null"/>, is what the bucket says.</value>
    public string? ServerSideEncryption { get; set; }

    /// <summary>Gets or sets the KMS key to encrypt with; needs <see cref="ServerSideEncryption"/> <c>aws:kms</c> or <c>aws:kms:dsse</c>.</summary>
    /// <value>The default, <see langword="null"/>, is the account's own key.</value>
    public string? KmsKeyId { get; set; }

    /// <summary>Gets or sets the size of the parts that large artifacts are transferred in, in bytes.</summary>
    /// <value>
    /// The default is 8 MiB; at least 5 MiB, the smallest part S3 accepts. What fits in one part is one request. Larger for one upload where its length
    /// is known and more than 10,000 parts, the most S3 accepts. A power of two wastes no memory.
    /// </value>
    public int PartSize { get; set; } = 8 << 20;

    /// <summary>Gets or sets how many parts of one artifact are transferred at a time.</summary>
    /// <value>The default is 4; 1 to 64. One transfer holds at most this many parts in memory.</value>
    public int Parallelism { get; set; } = 4;

    /// <summary>Gets or sets whether requests carry checksums beyond what S3 demands, for the server to verify.</summary>
    /// <value>
    /// The default is <see cref="RequestChecksumCalculation.WHEN_SUPPORTED"/>. They are always plain headers, never <c>aws-chunked</c> trailers, so servers
    /// that do not know them ignore them; <see cref="RequestChecksumCalculation.WHEN_REQUIRED"/> is for those that refuse them.
    /// </value>
    public RequestChecksumCalculation Checksums { get; set; } = RequestChecksumCalculation.WHEN_SUPPORTED;

    /// <summary>Gets or sets whether the bucket is created when it is first used and not there.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CreateIfMissing { get; set; }

    /// <summary>Gets or sets how long connecting to the server may take.</summary>
    /// <value>The default is 5 seconds; more than 0 and at most 1 hour. A call to an unreachable server fails within <see cref="MaxRetries"/> + 1 times this and the pauses between.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a connection may carry no byte while a request or an answer is under way.</summary>
    /// <value>The default is 30 seconds; more than 0 and at most 1 hour. A transfer that makes progress may take as long as it needs.</value>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how often a request that failed for a passing reason is repeated.</summary>
    /// <value>The default is 3; 0 to 20. The SDK waits between attempts, longer each time and at most 20 seconds.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets where the settings were read, for messages.</summary>
    internal string? Section { get; set; }

    /// <summary>Gets the name of a setting as the user knows it.</summary>
    internal string NameOf(string setting) => Section is null ? $"{nameof(S3StorageOptions)}.{setting}" : $"{Section}:{setting}";

    /// <summary>Describes where the artifacts are, without credentials.</summary>
    /// <returns>Bucket, prefix, region and address.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"S3 bucket '{Bucket}', prefix '{Prefix}', region '{Region}', service '{ServiceUrl?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}'");
}
