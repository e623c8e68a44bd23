namespace MlOps.Storage;

/// <summary>The settings of a store in an Azure Blob container, section <c>MlOps:Storage:AzureBlob</c>.</summary>
/// <remarks>
/// Exactly one way to sign in: <see cref="ConnectionString"/>; or <see cref="ServiceUri"/> with <see cref="AccountKey"/>, with <see cref="SasToken"/>, or
/// alone, which is Entra ID by the <c>TokenCredential</c> among the services or else <c>DefaultAzureCredential</c> (managed identity, workload identity,
/// environment, developer tools). Read once, when the store is made; a change takes effect after a restart.
/// </remarks>
public sealed class AzureBlobStorageOptions
{
    /// <summary>The key that <c>AddAzureBlobStorage</c> registers under unless told otherwise.</summary>
    public const string DefaultKey = "AzureBlob";

    /// <summary>Gets or sets the container that holds the artifacts.</summary>
    /// <value>Required: 3 to 63 lower-case letters, digits and single hyphens.</value>
    public string Container { get; set; } = "";

    /// <summary>Gets or sets the folder within the container below which everything is kept, such as <c>teams/churn</c>.</summary>
    /// <value>The default is none. It counts towards the 1,024 characters Azure allows a name.</value>
    public string? Prefix { get; set; }

    /// <summary>Gets or sets whether a missing container is made when the store is first used.</summary>
    /// <value>The default is <see langword="false"/>: a missing container is an error that names <see cref="Container"/>.</value>
    public bool CreateIfMissing { get; set; }

    /// <summary>Gets or sets the storage account's connection string: endpoint and key or SAS in one. A secret.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Gets or sets the account's blob endpoint, such as <c>https://acme.blob.core.windows.net</c>.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>Gets or sets the account's name, which <see cref="AccountKey"/> needs.</summary>
    /// <value>The default is the one in <see cref="ServiceUri"/>; set it where the endpoint is a domain of your own.</value>
    public string? AccountName { get; set; }

    /// <summary>Gets or sets the account's shared key, in Base64. A secret.</summary>
    public string? AccountKey { get; set; }

    /// <summary>Gets or sets a shared access signature that allows what the store does: read, write, create, delete and list. A secret.</summary>
    public string? SasToken { get; set; }

    /// <summary>Gets or sets the client ID of the user-assigned managed identity, or of the workload identity, that signs in by Entra ID.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is <c>AZURE_CLIENT_ID</c> or else the system-assigned identity. It goes with <see cref="ServiceUri"/> alone, and
    /// not with a <c>TokenCredential</c> of the application, which has an identity of its own.
    /// </value>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>Gets or sets the PEM file with the certificates of private authorities to trust in addition to those of the system.</summary>
    /// <value>The default, <see langword="null"/>, trusts the authorities of the system. It is for the blob endpoint, not for signing in by Entra ID.</value>
    public string? CaCertificateFile { get; set; }

    /// <summary>Gets or sets the size of the blocks larger artifacts are sent in and of the ranges they are read in, in bytes.</summary>
    /// <value>
    /// The default is 8 MiB; 64 KiB to 1 GiB. Content up to this size is one request each way. A blob has at most 50,000 blocks, so 8 MiB suffices for
    /// 390 GiB; content that tells its length gets larger blocks where it needs them.
    /// </value>
    public int BlockSize { get; set; } = 8 << 20;

    /// <summary>Gets or sets how many blocks of one artifact are under way at a time, each way.</summary>
    /// <value>The default is 4; 1 to 64. Memory per transfer is at most this times <see cref="BlockSize"/>.</value>
    public int Parallelism { get; set; } = 4;

    /// <summary>Gets or sets how often a request that failed for a passing reason is made again.</summary>
    /// <value>The default is 4; 0 to 20. The pauses between grow from 0.4 seconds to 10.</value>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Gets or sets how long one attempt may take to reach the endpoint.</summary>
    /// <value>The default is 10 seconds; more than zero, at most an hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a connection may carry no byte while a request or an answer is under way.</summary>
    /// <value>
    /// The default is 60 seconds; more than zero, at most an hour. Then the attempt counts as failed and is made again. A transfer that makes progress may
    /// take as long as it needs. What the system buffers, some MiB a connection, counts as sent, and must drain and be answered within this time after the
    /// last piece: raise it on an uplink below about 2 Mbit/s.
    /// </value>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets whether uploads carry Azure's own CRC-64, which the service verifies before it stores anything.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is yes for <c>https</c> endpoints and no for <c>http</c>: emulators store the checksum's framing as content.
    /// The artifact's SHA-256 is recorded and verified in any case.
    /// </value>
    public bool? UploadChecksums { get; set; }
}
