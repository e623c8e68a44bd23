using MlOps.Storage;

namespace MlOps.Testing;

public abstract partial class ArtifactStoreConformance
{
    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Delete_of_a_missing_path_succeeds()
    {
        await Store.DeleteAsync(At("none"));
        await Store.DeleteAsync(At("no/such/folder/none"));

        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Delete_removes_the_artifact()
    {
        await Store.WriteTextAsync(At("a/b"), "text");

        await Store.DeleteAsync(At("a/b"));

        await AssertHoldsNothingAsync(At("a/b"));
    }

    [Test]
    public async Task Delete_again_succeeds()
    {
        await Store.WriteTextAsync(At("a"), "text");
        await Store.DeleteAsync(At("a"));

        await Store.DeleteAsync(At("a"));

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    [Category(FaultFixtureAttribute.Faults)]
    public async Task Delete_by_many_at_the_same_time_succeeds_for_all()
    {
        await Store.WriteTextAsync(At("a"), "text");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => Store.DeleteAsync(At("a")))));

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    public async Task Delete_of_large_content_removes_it()
    {
        await Store.WriteAsync(At("a"), new ForwardOnlyStream(MakeContent(LargeSize)));

        await Store.DeleteAsync(At("a"));

        await AssertHoldsNothingAsync(At("a"));
    }

    [Test]
    public async Task Delete_removes_no_artifact_below_or_beside_the_path()
    {
        string[] others = ["a/b/c", "a/b/c/d", "a/b-", "a/bc", "A/b"];
        await WriteAllAsync([.. others, "a/b"]);

        await Store.DeleteAsync(At("a/b"));

        Assert.That(await ListAsync(), Is.EquivalentTo(others));
    }

    [Test]
    public async Task Delete_of_a_folder_deletes_nothing_in_it()
    {
        await WriteAllAsync("a/b/c");

        await Store.DeleteAsync(At("a/b"));

        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a/b/c" }));
    }

    [Test]
    public async Task Write_after_a_delete_creates_a_new_artifact()
    {
        await Store.WriteTextAsync(At("a"), "first", new ArtifactWriteOptions { Metadata = new Dictionary<string, string> { ["old"] = "1" } });
        await Store.DeleteAsync(At("a"));

        await Store.WriteTextAsync(At("a"), "second");

        await AssertHoldsAsync(At("a"), "second"u8.ToArray());
        Assert.That((await Store.FindAsync(At("a")))!.Metadata, Is.Empty);
    }

    [Test]
    public async Task Writes_and_deletes_of_one_folder_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => WriteAndDeleteAsync(At($"folder/sub/{i}")))));

        Assert.That(await ListAsync(), Is.Empty);

        async Task WriteAndDeleteAsync(ArtifactPath path)
        {
            for (var i = 0; i < 10; i++)
            {
                await Store.WriteTextAsync(path, "text");
                await Store.DeleteAsync(path);
            }
        }
    }
}
