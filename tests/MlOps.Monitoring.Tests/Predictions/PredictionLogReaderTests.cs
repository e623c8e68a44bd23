using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

public sealed class PredictionLogReaderTests
{
    [Test]
    public async Task A_period_includes_its_start_and_excludes_its_end()
    {
        var fixture = new LogFixture();
        await fixture.LogAsync(Chunks.Create(100));

        var rows = await fixture.ReadAsync(Chunks.Start.AddSeconds(10), Chunks.Start.AddSeconds(20));

        Assert.That(rows.Single().Inputs.Numbers(0)[..rows[0].Count].ToArray(), Is.EqualTo(Enumerable.Range(30, 10)));
    }

    [Test]
    public async Task A_period_across_days_contains_the_files_of_these_days_only()
    {
        var fixture = new LogFixture();
        for (var day = 0; day < 5; day++)
        {
            await fixture.LogAsync(Chunks.Create(2, Chunks.Start.AddDays(day), seed: day));
        }

        var rows = await fixture.ReadAsync(Chunks.Start.AddDays(1), Chunks.Start.AddDays(3));

        Assert.That(
            rows.Select(static batch => new DateTime(batch.Times[0])),
            Is.EqualTo(new[] { Chunks.Start.AddDays(1).DateTime, Chunks.Start.AddDays(2).DateTime }));
    }

    [Test]
    public async Task An_empty_period_has_no_predictions()
    {
        var fixture = new LogFixture();
        await fixture.LogAsync(Chunks.Create(2));

        Assert.That(await fixture.ReadAsync(Chunks.Start, Chunks.Start), Is.Empty);
        Assert.That(await fixture.ReadAsync(Chunks.Start.AddDays(1)), Is.Empty);
    }

    [TestCase(0.0)]
    [TestCase(0.3)]
    [TestCase(0.9)]
    [TestCase(0.999)]
    public async Task A_truncated_file_is_named_and_the_others_are_read(double share)
    {
        var fixture = new LogFixture();
        await fixture.LogAsync(Chunks.Create(100));
        await fixture.LogAsync(Chunks.Create(50, seed: 2));
        var damaged = ArtifactPath.Parse((await fixture.ListAsync("predictions"))[0]);
        var bytes = await fixture.Store.ReadBytesAsync(damaged);
        var lost = (await fixture.ReadAsync())[0].Count;
        await fixture.Store.WriteBytesAsync(damaged, bytes[..(int)(bytes.Length * share)]);

        var faults = new List<string>();
        var rows = await fixture.ReadAsync(faults: faults);

        Assert.That(rows.Sum(static batch => batch.Count), Is.EqualTo(150 - lost));
        Assert.That(faults.Single(), Does.Contain(damaged.ToString()).And.Contain("Restore the file, or delete it."));
    }

    [Test]
    public async Task Other_files_are_named_and_skipped()
    {
        var fixture = new LogFixture();
        await fixture.LogAsync(Chunks.Create(2));
        await fixture.Store.WriteTextAsync(ArtifactPath.Parse("predictions/churn/2026-11-30/notes.txt"), "notes");
        await fixture.Store.WriteTextAsync(ArtifactPath.Parse("predictions/churn/old/notes.parquet"), "notes");

        var faults = new List<string>();
        var rows = await fixture.ReadAsync(faults: faults);

        Assert.That(rows.Single().Count, Is.EqualTo(2));
        Assert.That(faults, Has.Count.EqualTo(2).And.Some.Contains("notes.txt").And.Some.Contains("old/notes.parquet"));
    }

    [Test]
    public async Task Files_of_versions_with_other_columns_are_read()
    {
        var fixture = new LogFixture();
        await fixture.LogAsync(Chunks.Create(2));
        fixture.Options = new LogOptions { SampleRate = 1, Hash = { "Age" }, HashKey = "a secret of the team" };
        await fixture.LogAsync(Chunks.Create(2, version: 2, seed: 2));

        var rows = await fixture.ReadAsync();

        Assert.That(rows.Select(static batch => batch.Inputs.Columns[0].IsText), Is.EquivalentTo(new[] { false, true }));
    }
}
