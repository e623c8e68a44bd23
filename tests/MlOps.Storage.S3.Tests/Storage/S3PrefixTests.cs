using MlOps.Tests.Backends;

namespace MlOps.Storage;

[RequiresServer("moto", "rgw")]
public sealed class S3PrefixTests
{
    [Test]
    public async Task Stores_with_different_prefixes_share_a_bucket_and_see_only_their_own([Values] bool ceph)
    {
        var options = S3Stores.OptionsFor(ceph ? await RgwServer.RequireAsync() : await MotoServer.RequireAsync());
        options.Prefix = "team/größe 1";
        using var store = new S3ArtifactStore(options);
        options.Prefix = "team/größe";
        using var other = new S3ArtifactStore(options);

        await store.WriteTextAsync(ArtifactPath.Parse("a/b"), "mine", new() { Condition = WriteCondition.IfAbsent });
        await other.WriteTextAsync(ArtifactPath.Parse("a/b"), "others");

        Assert.That(await store.ReadTextAsync(ArtifactPath.Parse("a/b")), Is.EqualTo("mine"));
        Assert.That(await ListAsync(store), Is.EqualTo(new[] { "a/b" }));
        Assert.That(await ListAsync(other), Is.EqualTo(new[] { "a/b" }));
    }

    private static async Task<List<string>> ListAsync(S3ArtifactStore store)
    {
        var paths = new List<string>();
        await foreach (var entry in store.ListAsync())
        {
            paths.Add(entry.Path.ToString());
        }

        return paths;
    }
}
