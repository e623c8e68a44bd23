using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

public sealed class LogRetentionTests
{
    [Test]
    public async Task Days_that_ended_before_the_retention_time_are_deleted()
    {
        var fixture = new LogFixture();
        foreach (var age in new[] { 0, 6, 7, 8, 30 })
        {
            await fixture.LogAsync(Chunks.Create(1, Chunks.Start.AddDays(-age), seed: age));
        }

        await fixture.Outcomes.RecordAsync("churn", new Outcome(Guid.NewGuid(), 1), default);
        var retention = new LogRetention(fixture.Store, fixture.Time, NullLogger<LogRetention>.Instance);

        Assert.That(await retention.ApplyAsync("churn", TimeSpan.FromDays(7), default), Is.EqualTo(2));

        Assert.That(
            (await fixture.ReadAsync()).Select(static rows => new DateTime(rows.Times[0]).Day), Is.EqualTo(new[] { 23, 24, 30 }),
            "of the day that contains the limit, a part is younger");
        fixture.Time.Advance(TimeSpan.FromDays(10));
        await retention.ApplyAsync("churn", TimeSpan.FromDays(7), default);
        Assert.That(await fixture.ListAsync("outcomes"), Is.Empty);
    }

    [TestCase("predictions/churn/2020-01-01/part-0.parquet")]
    [TestCase("predictions/churn/2020-01-01/host-00000001.txt")]
    [TestCase("predictions/churn/2020-1-1/host-00000001.parquet")]
    [TestCase("predictions/churn/2020-13-01/host-00000001.parquet")]
    [TestCase("predictions/churn/host-00000001.parquet")]
    [TestCase("predictions/churn/2020-01-01/deeper/host-00000001.parquet")]
    [TestCase("predictions/churn2/2020-01-01/host-00000001.parquet")]
    public async Task Files_that_the_log_did_not_write_are_kept(string path)
    {
        var fixture = new LogFixture();
        await fixture.Store.WriteTextAsync(ArtifactPath.Parse(path), "content");
        await fixture.LogAsync(Chunks.Create(1, Chunks.Start.AddDays(-30)));

        var deleted = await new LogRetention(fixture.Store, fixture.Time, NullLogger<LogRetention>.Instance).ApplyAsync("churn", TimeSpan.FromDays(7), default);

        Assert.That(deleted, Is.EqualTo(1));
        Assert.That(await fixture.ListAsync("predictions"), Is.EqualTo(new[] { path }));
    }
}
