namespace MlOps.Storage;

/// <summary>The settings of a store in an Azure Blob container, section <c>MlOps:Storage:AzureBlob</c>.</summary>
/// <remarks>
/// Specify one way to sign in: <see cref="ConnectionString"/>, or <see cref="ServiceUri"/> with <see cref="AccountKey"/> or <see cref="SasToken"/>.
/// <see cref="ServiceUri"/> alone signs in with Entra ID, by a registered <c>TokenCredential</c> or <c>DefaultAzureCredential</c> (managed identity, workload
/// identity, environment, developer tools). The settings are read once, when the store is created. Changes take effect after a restart.
/// </remarks>
public sealed class AzureBlobStorageOptions
{
    /// <summary>The default key of <c>AddAzureBlobStorage</c>.</summary>
    public const string DefaultKey = "AzureBlob";

    /// <summary>Gets or sets the name of the container that stores the artifacts.</summary>
    /// <value>Required. 3 to 63 lowercase letters, digits and single hyphens.</value>
    public string Container { get; set; } = "";

    /// <summary>Gets or sets the folder of the store in the container, such as <c>teams/churn</c>.</summary>
    /// <value>The default is <see langword="null"/>, which uses the root. Prefix and path together have at most 1,024 characters.</value>
    public string? Prefix { get; set; }

    /// <summary>Gets or sets a value indicating whether a missing container is created when the store is first used.</summary>
    /// <value>The default is <see langword="false"/>, which makes a missing container an error.</value>
    public bool CreateIfMissing { get; set; }

    /// <summary>Gets or sets the connection string of the storage account, with the endpoint and a key or a SAS. A secret.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Gets or sets the blob endpoint of the account, such as <c>https://acme.blob.core.windows.net</c>.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>Gets or sets the account name for <see cref="AccountKey"/>.</summary>
    /// <value>The default is the name in <see cref="ServiceUri"/>. Set it for endpoints with a custom domain.</value>
    public string? AccountName { get; set; }

    /// <summary>Gets or sets the shared key of the account, in Base64. A secret.</summary>
    public string? AccountKey { get; set; }

    /// <summary>Gets or sets a shared access signature (SAS) that permits reading, writing, creating, deleting and listing. A secret.</summary>
    public string? SasToken { get; set; }

    /// <summary>Gets or sets the client ID of the user-assigned managed identity or workload identity for Entra ID.</summary>
    /// <value>
    /// The default is <see langword="null"/>, which uses <c>AZURE_CLIENT_ID</c> or the system-assigned identity. Set it only if <see cref="ServiceUri"/> is set
    /// without a secret and the application does not register a <c>TokenCredential</c>.
    /// </value>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>Gets or sets the path of a PEM file with certificate authorities to trust in addition to those of the system.</summary>
    /// <value>The default is <see langword="null"/>, which trusts only the authorities of the system. Applies to the blob endpoint, not to Entra ID.</value>
    public string? CaCertificateFile { get; set; }

    /// <summary>Gets or sets the size of the blocks of large transfers, in bytes.</summary>
    /// <value>
    /// The default is 8 MiB. The range is 64 KiB to 1 GiB. Content of one block is transferred in one request. A blob has at most 50,000 blocks, so 8 MiB is
    /// sufficient for 390 GiB. For longer content of known length, larger blocks are used.
    /// </value>
    public int BlockSize { get; set; } = 8 << 20;

    /// <summary>Gets or sets the maximum number of blocks of one artifact that are transferred in parallel.</summary>
    /// <value>The default is 4. The range is 1 to 64. A transfer uses at most this number multiplied by <see cref="BlockSize"/> of memory.</value>
    public int Parallelism { get; set; } = 4;

    /// <summary>Gets or sets the maximum number of retries after a transient error.</summary>
    /// <value>The default is 4. The range is 0 to 20. The delay between attempts grows from 0.4 to 10 seconds.</value>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Gets or sets the maximum time of one attempt to connect to the endpoint.</summary>
    /// <value>The default is 10 seconds. Greater than 0 and at most 1 hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the maximum time without a transferred byte while a request or a response is in progress.</summary>
    /// <value>
    /// The default is 60 seconds. Greater than 0 and at most 1 hour. After this time, the attempt fails and is retried. The total time of a transfer is not
    /// limited. Bytes in the send buffer of the system, a few MiB for each connection, count as transferred. They must be sent and acknowledged within this
    /// time, so use a larger value for an uplink below about 2 Mbit/s.
    /// </value>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets a value indicating whether uploads have a CRC-64, which Azure verifies before it stores the content.</summary>
    /// <value>
    /// The default is <see langword="null"/>, which means <see langword="true"/> for HTTPS endpoints and <see langword="false"/> for HTTP endpoints, because
    /// emulators store the framing of the checksum as content. The SHA-256 of an artifact is always recorded and verified.
    /// </value>
    public bool? UploadChecksums { get; set; }
}
