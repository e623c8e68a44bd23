namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task A_dataset_and_its_versions_have_separate_tags_and_descriptions()
    {
        await Datasets.SnapshotAsync("d", Write("a.txt", "1"));

        await Datasets.TagAsync("d", "owner", "ann");
        await Datasets.TagAsync("d", "stage", "raw", version: 1);
        await Datasets.TagAsync("d", "stage", "clean", version: 1);
        await Datasets.DescribeAsync("d", "flights of the year");
        await Datasets.DescribeAsync("d", "as delivered", version: 1);

        var dataset = (await Open(Store).FindAsync("d"))!;
        Assert.That((dataset.Description, dataset.Tags["owner"]), Is.EqualTo(("flights of the year", "ann")));
        Assert.That((dataset.Newest!.Description, dataset.Newest.Tags["stage"], dataset.Newest.Tags.Count), Is.EqualTo(("as delivered", "clean", 1)));
    }

    [Test]
    public async Task Tags_and_descriptions_can_be_removed()
    {
        await Datasets.SnapshotAsync("d", Write("a.txt", "1"));
        await Datasets.TagAsync("d", "owner", "ann");
        await Datasets.DescribeAsync("d", "flights");

        await Datasets.TagAsync("d", "owner", null);
        await Datasets.DescribeAsync("d", "");

        var dataset = (await Open(Store).FindAsync("d"))!;
        Assert.That((dataset.Description, dataset.Tags.Count), Is.EqualTo(((string?)null, 0)));
    }

    [Test]
    public async Task The_number_of_a_deleted_version_is_not_reused()
    {
        var file = Write("a.txt", "1");
        await Datasets.SnapshotAsync("d", file);
        File.WriteAllText(file, "2");
        var second = await Datasets.SnapshotAsync("d", file);

        await Datasets.DeleteVersionAsync(second.Reference, "wrong export");

        var thrown = (await Assert.ThrowsAsync<VersionNotFoundException>(() => Datasets.OpenAsync(second.Reference)))!;
        Assert.That(thrown.Message, Does.Contain("'d' has no '2'").And.Contain("deleted"));
        Assert.That((await Open(Store).SnapshotAsync("d", file)).Number, Is.EqualTo(3));
        Assert.That((await Datasets.FindAsync("d"))!.Versions.Select(static version => version.Number), Is.EqualTo([1, 3]));
    }

    [Test]
    public async Task A_snapshot_after_a_deletion_continues_the_numbers()
    {
        var file = Write("a.txt", "1");
        await Datasets.SnapshotAsync("d", file);
        await Datasets.DescribeAsync("d", "flights");

        await Datasets.DeleteAsync("d", "not ours");

        Assert.That(await Open(Store).FindAsync("d"), Is.Null);
        Assert.That(await Datasets.ListAsync().CountAsync(), Is.Zero);
        await Assert.ThrowsAsync<VersionNotFoundException>(() => Datasets.DescribeAsync("d", "gone"));
        Assert.That((await Datasets.SnapshotAsync("d", file)).Number, Is.EqualTo(2));
        Assert.That((await Datasets.FindAsync("d"))!.Description, Is.Null);
    }

    [Test]
    public async Task The_history_records_actor_change_and_reason()
    {
        var version = await Datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [Write("a.txt", "1")], Actor = "ann" });
        await Datasets.ChangeAsync("d", new DatasetChange { Version = 1, Tags = new Dictionary<string, string?> { ["stage"] = "raw" }, Actor = "ben" });
        await Datasets.ChangeAsync("d", new DatasetChange { Version = 1, Delete = true, Reason = "contains names", Actor = "cleo" });

        var history = await Open(Store).ReadHistoryAsync("d").ToListAsync();

        Assert.That(
            history.Select(static item => (item.Sequence, item.Kind, item.Data.GetProperty("version").GetInt32(), item.Actor, item.Reason)),
            Is.EqualTo(new (long, string, int, string, string?)[]
            {
                (1, "snapshot", 1, "ann", null),
                (2, "change", 1, "ben", null),
                (3, "deletion", 1, "cleo", "contains names"),
            }));
        var snapshot = history[0].Data;
        Assert.That(
            (snapshot.GetProperty("digest").GetString(), snapshot.GetProperty("fileCount").GetInt32(), history[0].Time),
            Is.EqualTo((version.Digest.ToString(), 1, version.Created)));
        Assert.That(history[1].Data.GetProperty("tags").GetProperty("stage").GetString(), Is.EqualTo("raw"));
    }

    [Test]
    public async Task Datasets_are_listed_in_the_order_of_their_names()
    {
        string[] names = ["a", "a b", "a!", "A", "b.csv", "ü", "日本"];
        var file = Write("a.txt", "1");
        foreach (var name in names)
        {
            await Datasets.SnapshotAsync(name, file);
            await Datasets.TagAsync(name, "x", "y");
        }

        var listed = await Open(Store).ListAsync().Select(static dataset => dataset.Name).ToListAsync();

        Assert.That(listed, Is.EqualTo(["A", "a b", "a!", "a", "b.csv", "ü", "日本"]));
    }

    [Test]
    public async Task A_missing_version_or_dataset_is_reported_with_the_existing_ones()
    {
        var file = Write("a.txt", "1");
        await Datasets.SnapshotAsync("d", file);

        var version = (await Assert.ThrowsAsync<VersionNotFoundException>(() => Datasets.OpenAsync(new DatasetReference("d", 7))))!;
        var dataset = (await Assert.ThrowsAsync<VersionNotFoundException>(() => Datasets.OpenAsync(new DatasetReference("D", 1))))!;
        var parent = (await Assert.ThrowsAsync<VersionNotFoundException>(() =>
            Datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [file], Parent = 2 })))!;
        var change = (await Assert.ThrowsAsync<VersionNotFoundException>(() => Datasets.TagAsync("d", "k", "v", version: 9)))!;

        Assert.That(version.Message, Does.Contain("'d' has no '7'").And.Contain("from 1 to 1"));
        Assert.That(dataset.Message, Does.Contain("no dataset 'D'"));
        Assert.That((parent.Version, change.Version), Is.EqualTo(("2", "9")));
        Assert.That(await Datasets.FindAsync("nothing"), Is.Null);
        Assert.That(await Datasets.ReadHistoryAsync("nothing").CountAsync(), Is.Zero);
    }
}
