using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace MlOps.Storage;

/// <summary>Creates shared access signatures with the account key, or with a user delegation key of an Entra ID identity.</summary>
internal sealed class AzureBlobDownloadLinks(
    Func<ArtifactPath, BlockBlobClient> getBlob, BlobContainerClient container, AzureBlobStorageOptions options, AzureBlobSettings settings,
    AzureBlobErrors errors, TimeProvider timeProvider)
    : IDownloadLinks
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <summary>The margin for clock differences. Azure limits the lifetime of a user delegation key to 7 days by its own clock.</summary>
    private static readonly TimeSpan s_longestLent = s_longest - TimeSpan.FromMinutes(5);

    public async Task<Uri> CreateDownloadLinkAsync(ArtifactPath path, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, s_longest);
        var blob = getBlob(path);
        var now = timeProvider.GetUtcNow();
        if (blob.CanGenerateSasUri)
        {
            return ToLink(blob.GenerateSasUri(BlobSasPermissions.Read, now + lifetime));
        }

        if (!AzureBlobClientFactory.UsesEntraId(options))
        {
            throw new ProviderException(
                AzureBlobStorageOptions.DefaultKey, "link", isTransient: false,
                $"A shared access signature cannot sign a link to '{path}'. Sign in with {settings.Name(nameof(options.AccountKey))}, with a "
                + $"{nameof(options.ConnectionString)} that contains the account key, or with an Entra ID identity.");
        }

        try
        {
            var service = container.GetParentBlobServiceClient();
            var expires = now + (lifetime < s_longestLent ? lifetime : s_longestLent);
            var key = await service.GetUserDelegationKeyAsync(new BlobGetUserDelegationKeyOptions(expires), cancellationToken).ConfigureAwait(false);
            return ToLink(blob.GenerateUserDelegationSasUri(BlobSasPermissions.Read, expires, key));
        }
        catch (Exception exception) when (errors.Translate(exception, "link", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Preserves the escapes in the link. Canonicalization would invalidate links to names with spaces and similar characters.</summary>
    private static Uri ToLink(Uri link) => new(link.AbsoluteUri, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
