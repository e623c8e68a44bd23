using System.Security.Cryptography;
using MlOps.Providers;
using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Migration;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobMigrationTests
{
    [Test]
    public async Task A_folder_on_disk_moves_to_a_container_blob_by_blob()
    {
        using var target = await AzuriteStores.CreateAsync();

        var moved = await MovedFolder.ToAsync(target);

        var stored = await target.RawBlob(moved.Content).DownloadContentAsync();
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(stored.Value.Content)), Is.EqualTo(moved.Digest));
        Assert.That(stored.Value.Details.Metadata["mlops_sha256"], Is.EqualTo(moved.Digest));
        var report = await target.RawBlob(MovedFolder.Report).GetPropertiesAsync();
        Assert.That((report.Value.ContentType, report.Value.Metadata["run_owner"]), Is.EqualTo(("text/csv", ArtifactMetadata.Encode("Jörg"))));
        var log = await target.RawBlob(MovedFolder.Event).DownloadContentAsync();
        Assert.That(log.Value.Content.ToString(), Does.Contain(moved.Digest));
        Assert.That(log.Value.Details.ContentType, Is.EqualTo("application/json"));
    }
}
