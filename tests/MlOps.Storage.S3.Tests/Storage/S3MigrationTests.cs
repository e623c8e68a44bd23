using System.Security.Cryptography;
using MlOps.Providers;
using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Migration;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3MigrationTests
{
    [Test]
    public async Task A_folder_on_disk_moves_to_a_bucket_object_by_object()
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        using var target = new S3ArtifactStore(options);

        var moved = await MovedFolder.ToAsync(target);

        using var stored = await target.Client().GetObjectAsync(options.Bucket, moved.Content);
        Assert.That(Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.ResponseStream)), Is.EqualTo(moved.Digest));
        Assert.That(stored.Metadata["mlops-sha256"], Is.EqualTo(moved.Digest));
        using var report = await target.Client().GetObjectAsync(options.Bucket, MovedFolder.Report);
        Assert.That((report.Headers.ContentType, report.Metadata["run-owner"]), Is.EqualTo(("text/csv", ArtifactMetadata.Encode("Jörg"))));
        using var log = await target.Client().GetObjectAsync(options.Bucket, MovedFolder.Event);
        Assert.That(await new StreamReader(log.ResponseStream).ReadToEndAsync(), Does.Contain(moved.Digest));
        Assert.That(log.Headers.ContentType, Is.EqualTo("application/json"));
    }
}
