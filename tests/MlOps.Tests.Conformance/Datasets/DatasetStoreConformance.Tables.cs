namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task The_profile_of_a_table_is_recorded_with_the_version()
    {
        Write("data/a.lines", "1\n3\n");
        Write("data/infinite.lines", "Infinity\n");
        Write("data/b.txt", "1\n");

        var version = await Open(Store, new LineReader()).SnapshotAsync("d", FolderOf("data"));

        var tables = (await Datasets.OpenAsync(version.Reference)).Tables;
        Assert.That(
            tables.Select(static table => (table.Path, table.Reader, table.Fault)),
            Is.EqualTo(new[] { ("a.lines", "lines", (string?)null), ("infinite.lines", "lines", null) }));
        Assert.That((tables[0].Profile!.Rows, tables[0].Profile!.Columns[0].Mean), Is.EqualTo((2L, (double?)2)));
        Assert.That(tables[1].Profile!.Columns[0].Maximum, Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public async Task Without_a_reader_no_profiles_are_recorded()
    {
        var version = await Datasets.SnapshotAsync("d", Write("a.lines", "1\n"));

        Assert.That((await Datasets.OpenAsync(version.Reference)).Tables, Is.Empty);
    }

    [Test]
    public async Task An_unreadable_table_is_recorded_with_its_fault()
    {
        var version = await Open(Store, new LineReader()).SnapshotAsync("d", Write("a.lines", "one\n"));

        var table = (await Datasets.OpenAsync(version.Reference)).Tables.Single();
        Assert.That((table.Profile, table.Fault), Is.EqualTo(((TableProfile?)null, "'one' is no number.")));
    }

    [Test]
    public async Task An_unchanged_table_is_not_read_again_by_the_same_reader()
    {
        Write("data/a.lines", "1\n");
        Write("data/b.lines", "2\n");
        var (first, second, other) = (new LineReader(), new LineReader(), new LineReader { Name = "lines-2" });
        await Open(Store, first).SnapshotAsync("d", FolderOf("data"));
        Write("data/b.lines", "3\n");

        var version = await Open(Store, second).SnapshotAsync("d", FolderOf("data"));
        await Open(Store, other).SnapshotAsync("d", new DatasetSnapshot { Files = [FolderOf("data")], AllowUnchanged = true });

        Assert.That((first.Reads, second.Reads, other.Reads), Is.EqualTo((2, 1, 2)));
        Assert.That((await Datasets.OpenAsync(version.Reference)).Tables.Select(static table => table.Profile!.Columns[0].Mean), Is.EqualTo([1.0, 3.0]));
    }

    [Test]
    public async Task The_last_registered_reader_reads_the_file()
    {
        var version = await Open(Store, new LineReader { Name = "first" }, new LineReader { Name = "last" }).SnapshotAsync("d", Write("a.lines", "1\n"));

        Assert.That((await Datasets.OpenAsync(version.Reference)).Tables.Single().Reader, Is.EqualTo("last"));
    }

    [Test]
    public async Task A_table_changed_while_it_is_profiled_is_named_and_nothing_is_recorded()
    {
        var file = Write("a.lines", "1\n");
        var datasets = Open(Store, new LineReader { AfterRead = () => File.WriteAllText(file, "1\n2\n") });

        var thrown = (await Assert.ThrowsAsync<InvalidOperationException>(() => datasets.SnapshotAsync("d", file)))!;

        Assert.That(thrown.Message, Does.Contain(file).And.Contain("changed"));
        Assert.That(await Datasets.FindAsync("d"), Is.Null);
    }

    [Test]
    public async Task Tables_are_compared_by_rows_and_column_figures()
    {
        var file = Write("a.lines", "1\n3\n");
        var datasets = Open(Store, new LineReader());
        var before = await datasets.SnapshotAsync("d", file);
        File.WriteAllText(file, "1\n3\n8\n");
        var after = await datasets.SnapshotAsync("d", file);

        var diff = await datasets.DiffAsync(before.Reference, after.Reference);

        var table = diff.Tables.Single();
        Assert.That((table.Path, table.RowsBefore, table.RowsAfter), Is.EqualTo(("a.lines", 2L, 3L)));
        Assert.That(table.ChangedColumns.Select(static column => (column.Before.Mean, column.After.Mean)), Is.EqualTo([((double?)2.0, (double?)4.0)]));
        Assert.That(diff.ToString(), Does.EndWith("    rows 2 → 3\n    ~ number: maximum 3 → 8, mean 2 → 4\n"));
    }
}
