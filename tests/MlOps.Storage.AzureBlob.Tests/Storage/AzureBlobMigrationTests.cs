using System.Security.Cryptography;
using MlOps.Migration;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class AzureBlobMigrationTests
{
    [Test]
    public async Task A_folder_on_disk_moves_to_a_container_blob_by_blob()
    {
        var root = Directory.CreateTempSubdirectory("mlops-test-").FullName;
        var source = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        using var target = await AzuriteStores.CreateAsync();
        var weights = RandomNumberGenerator.GetBytes(9 << 20);
        var digest = Sha256Digest.Of(weights).ToString();
        var (content, recorded) = ($"blobs/sha256/{digest[..2]}/{digest}", "models/churn/log/00000000000000000001.json");
        await source.WriteBytesAsync(ArtifactPath.Parse(content), weights);
        await source.WriteTextAsync(ArtifactPath.Parse(recorded), $$"""{"format":1,"sequence":1,"event":"{{digest}}"}""", new() { ContentType = "application/json" });
        await source.WriteTextAsync(
            ArtifactPath.Parse("reports/märz.csv"), "x;y", new() { ContentType = "text/csv", Metadata = new Dictionary<string, string> { ["run_owner"] = "Jörg" } });

        var first = await new ArtifactMigrator(source, target).RunAsync(new() { Verification = MigrationVerification.Content });
        var second = await new ArtifactMigrator(source, target).RunAsync();
        Directory.Delete(root, recursive: true);

        Assert.That((first.IsComplete, first.CopiedArtifacts, first.VerifiedArtifacts), Is.EqualTo((true, 3L, 3L)), first.ToString());
        Assert.That((second.IsComplete, second.CopiedArtifacts, second.VerifiedArtifacts), Is.EqualTo((true, 0L, 3L)), second.ToString());
        var stored = await target.RawBlob(content).DownloadContentAsync();
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(stored.Value.Content)), Is.EqualTo(digest));
        Assert.That(stored.Value.Details.Metadata["mlops_sha256"], Is.EqualTo(digest));
        var report = await target.RawBlob("reports/märz.csv").GetPropertiesAsync();
        Assert.That((report.Value.ContentType, report.Value.Metadata["run_owner"]), Is.EqualTo(("text/csv", ArtifactMetadata.Encode("Jörg"))));
        var log = await target.RawBlob(recorded).DownloadContentAsync();
        Assert.That(log.Value.Content.ToString(), Does.Contain(digest));
        Assert.That(log.Value.Details.ContentType, Is.EqualTo("application/json"));
    }
}
