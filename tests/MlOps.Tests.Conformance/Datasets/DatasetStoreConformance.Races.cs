namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task Many_writers_number_their_versions_without_a_gap()
    {
        const int writers = 8, each = 4;
        var files = Enumerable.Range(0, writers * each).Select(i => Write($"{i}/a.txt", $"{i}")).ToArray();

        var numbers = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var datasets = Open(writer);
            var own = new List<int>();
            for (var i = 0; i < each; i++)
            {
                own.Add((await datasets.SnapshotAsync("shared", files[(writer * each) + i])).Number);
            }

            return own;
        })));

        Assert.That(numbers.SelectMany(static own => own), Is.EquivalentTo(Enumerable.Range(1, writers * each)));
        Assert.That(
            (await Datasets.FindAsync("shared"))!.Versions.Select(static version => version.Number), Is.EqualTo(Enumerable.Range(1, writers * each)));

        IDatasetStore Open(int writer)
        {
            lock (files)
            {
                return writer % 2 == 0 ? Datasets : this.Open(Store);
            }
        }
    }

    [Test]
    public async Task Writers_of_the_same_files_create_one_version()
    {
        var file = Write("a.txt", "same");
        var stores = Enumerable.Range(0, 8).Select(_ => Open(Store)).ToArray();

        var versions = await Task.WhenAll(stores.Select(datasets => Task.Run(() => datasets.SnapshotAsync("shared", file))));

        Assert.That(versions.Select(static version => version.Number), Is.All.EqualTo(1));
        Assert.That(await Datasets.ReadHistoryAsync("shared").CountAsync(), Is.EqualTo(1));
    }
}
