using System.Globalization;
using Amazon.Runtime;

namespace MlOps.Storage;

/// <summary>The settings of a store in an S3 bucket, section <c>MlOps:Storage:S3</c>.</summary>
/// <remarks>The settings are read once, when the store is created. Changes take effect after a restart.</remarks>
public sealed class S3StorageOptions
{
    /// <summary>The default key of <c>AddS3Storage</c>.</summary>
    public const string DefaultKey = "S3";

    internal const int SmallestPartSize = 5 << 20;
    internal const string DefaultRoleSessionName = "mlops";

    /// <summary>Gets or sets the name of the bucket that stores the artifacts.</summary>
    /// <value>Required.</value>
    public string Bucket { get; set; } = "";

    /// <summary>Gets or sets the folder of the store in the bucket, such as <c>team/models</c>.</summary>
    /// <value>The default is <see langword="null"/>, which uses the root of the bucket. Prefix and path together have at most 1,024 bytes in UTF-8.</value>
    public string? Prefix { get; set; }

    /// <summary>Gets or sets the AWS region of the bucket, such as <c>eu-central-1</c>.</summary>
    /// <value>
    /// The default is <see langword="null"/>, which uses <c>AWS_REGION</c> or the region of the profile. On AWS, one of them is required. With
    /// <see cref="ServiceUrl"/>, the default is <c>us-east-1</c>.
    /// </value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the address of an S3-compatible server.</summary>
    /// <value>The default is <see langword="null"/>, which uses AWS.</value>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Gets or sets the path of a PEM file with certificate authorities to trust in addition to those of the system.</summary>
    /// <value>The default is <see langword="null"/>, which trusts only the authorities of the system.</value>
    public string? CaCertificateFile { get; set; }

    /// <summary>Gets or sets a value indicating whether the name of the bucket is in the path of the URL instead of the host.</summary>
    /// <value>The default is <see langword="null"/>, which means <see langword="true"/> if <see cref="ServiceUrl"/> is set.</value>
    public bool? ForcePathStyle { get; set; }

    /// <summary>Gets or sets the access key ID. Requires <see cref="SecretKey"/>.</summary>
    /// <value>
    /// The default is <see langword="null"/>, which uses <see cref="Profile"/>, or the credential chain of the SDK (environment, profile, web identity,
    /// instance role).
    /// </value>
    public string? AccessKey { get; set; }

    /// <summary>Gets or sets the secret access key. Do not store it in committed files.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? SecretKey { get; set; }

    /// <summary>Gets or sets the session token of temporary credentials. Requires <see cref="AccessKey"/>.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? SessionToken { get; set; }

    /// <summary>Gets or sets the name of the profile in the shared AWS configuration files.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? Profile { get; set; }

    /// <summary>Gets or sets the ARN of the role to assume, such as <c>arn:aws:iam::123456789012:role/ml</c>.</summary>
    /// <value>
    /// The default is <see langword="null"/>, which uses the credentials directly. The role is assumed at the security token service (STS) of the region or of
    /// <see cref="ServiceUrl"/>. The credentials of the role are renewed before they expire.
    /// </value>
    public string? RoleArn { get; set; }

    /// <summary>Gets or sets the session name of the role, which appears in audit logs. Requires <see cref="RoleArn"/>.</summary>
    /// <value>The default is <c>mlops</c>; 2 to 64 letters, digits and <c>_+=,.@-</c>.</value>
    public string RoleSessionName { get; set; } = DefaultRoleSessionName;

    /// <summary>Gets or sets the server-side encryption: <c>AES256</c>, <c>aws:kms</c> or <c>aws:kms:dsse</c>.</summary>
    /// <value>The default is <see langword="null"/>, which uses the default encryption of the bucket.</value>
    public string? ServerSideEncryption { get; set; }

    /// <summary>Gets or sets the ID of the KMS key. Requires the <see cref="ServerSideEncryption"/> <c>aws:kms</c> or <c>aws:kms:dsse</c>.</summary>
    /// <value>The default is <see langword="null"/>, which uses the key of the account.</value>
    public string? KmsKeyId { get; set; }

    /// <summary>Gets or sets the size of the parts of large transfers, in bytes.</summary>
    /// <value>
    /// The default is 8 MiB. The minimum is 5 MiB, which is the smallest part that S3 accepts. Content of one part is sent in one request. If the length of an
    /// upload is known and would need more than 10,000 parts, which is the limit of S3, larger parts are used. A power of two uses memory best.
    /// </value>
    public int PartSize { get; set; } = 8 << 20;

    /// <summary>Gets or sets the maximum number of parts of one artifact that are transferred in parallel.</summary>
    /// <value>The default is 4. The range is 1 to 64. A transfer keeps at most this number of parts in memory.</value>
    public int Parallelism { get; set; } = 4;

    /// <summary>Gets or sets a value that specifies whether requests have optional checksums, which the server verifies.</summary>
    /// <value>
    /// The default is <see cref="RequestChecksumCalculation.WHEN_SUPPORTED"/>. Checksums are headers, never <c>aws-chunked</c> trailers, so most
    /// servers ignore them if they do not support them. Use <see cref="RequestChecksumCalculation.WHEN_REQUIRED"/> for servers that reject them.
    /// </value>
    public RequestChecksumCalculation Checksums { get; set; } = RequestChecksumCalculation.WHEN_SUPPORTED;

    /// <summary>Gets or sets a value indicating whether a missing bucket is created when it is first used.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CreateIfMissing { get; set; }

    /// <summary>Gets or sets the maximum time to connect to the server.</summary>
    /// <value>
    /// The default is 5 seconds. Greater than 0 and at most 1 hour. A call to an unreachable server makes <see cref="MaxRetries"/> + 1 attempts of this
    /// duration.
    /// </value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the maximum time without a transferred byte while a request or a response is in progress.</summary>
    /// <value>The default is 30 seconds. Greater than 0 and at most 1 hour. The total time of a transfer is not limited.</value>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the maximum number of retries after a transient error.</summary>
    /// <value>The default is 3. The range is 0 to 20. The SDK waits between attempts with exponential backoff, for at most 20 seconds.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the configuration section of the settings, for messages.</summary>
    internal string? Section { get; set; }

    /// <summary>Gets the full name of a setting for messages.</summary>
    internal string NameOf(string setting) => Section is null ? $"{nameof(S3StorageOptions)}.{setting}" : $"{Section}:{setting}";

    /// <summary>Returns a description of the storage location without credentials.</summary>
    /// <returns>The bucket, prefix, region and address.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"S3 bucket '{Bucket}', prefix '{Prefix}', region '{Region}', "
        + $"service '{ServiceUrl?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}'");
}
