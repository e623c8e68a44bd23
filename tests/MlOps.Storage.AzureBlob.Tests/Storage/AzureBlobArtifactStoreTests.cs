using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobArtifactStoreTests : ArtifactStoreConformance
{
    /// <summary>The emulator sorts by UTF-16; what Azure itself does is not documented.</summary>
    protected override bool OrdersSupplementaryCharacters => false;

    /// <summary>More than one page, which holds 5,000.</summary>
    protected override int ManyArtifacts => Soak.Count(reduced: 5_050, full: 10_050);

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();

    protected override async Task<IArtifactStore> OpenAgainAsync(IArtifactStore store)
    {
        var container = store.GetService<BlobContainerClient>()!.Name;
        return await AzuriteStores.CreateAsync(options => options.Container = container);
    }

    protected override async Task<bool> CorruptAsync(IArtifactStore store, ArtifactPath path)
    {
        var blob = store.RawBlob(path.ToString());
        var content = (await blob.DownloadContentAsync()).Value;
        var bytes = content.Content.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        await blob.UploadAsync(new MemoryStream(bytes), new BlobUploadOptions { Metadata = content.Details.Metadata });
        return true;
    }
}
