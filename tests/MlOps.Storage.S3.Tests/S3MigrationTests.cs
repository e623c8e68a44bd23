using System.Security.Cryptography;
using MlOps.Migration;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tests;

[Category("Backend")]
public sealed class S3MigrationTests
{
    [Test]
    public async Task A_folder_on_disk_moves_to_a_bucket_object_by_object()
    {
        var root = Directory.CreateTempSubdirectory("mlops-test-").FullName;
        var source = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        using var target = new S3ArtifactStore(options);
        var weights = RandomNumberGenerator.GetBytes(12 << 20);
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
        using var stored = await target.Client().GetObjectAsync(options.Bucket, content);
        Assert.That(Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.ResponseStream)), Is.EqualTo(digest));
        Assert.That(stored.Metadata["mlops-sha256"], Is.EqualTo(digest));
        using var report = await target.Client().GetObjectAsync(options.Bucket, "reports/märz.csv");
        Assert.That((report.Headers.ContentType, report.Metadata["run-owner"]), Is.EqualTo(("text/csv", ArtifactMetadata.Encode("Jörg"))));
        using var log = await target.Client().GetObjectAsync(options.Bucket, recorded);
        Assert.That(await new StreamReader(log.ResponseStream).ReadToEndAsync(), Does.Contain(digest));
        Assert.That(log.Headers.ContentType, Is.EqualTo("application/json"));
    }
}
