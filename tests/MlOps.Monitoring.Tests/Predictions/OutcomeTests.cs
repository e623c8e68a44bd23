using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

public sealed class OutcomeTests
{
    [Test]
    public async Task An_outcome_is_in_the_store_when_the_call_returns()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(3);
        await fixture.LogAsync(chunk);

        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[1], "yes"), default);

        var summary = new JoinSummary();
        var actuals = await fixture.JoinAsync(summary);
        Assert.That(actuals[chunk.Ids[1]], Is.EqualTo("yes"));
        Assert.That((summary.Predictions, summary.Outcomes, summary.Unknown), Is.EqualTo((3L, 1L, (long?)0L)));
        Assert.That(await fixture.ListAsync("outcomes"), Is.EqualTo(new[] { "outcomes/churn/2026-11-30/host-1-00000001.parquet" }));
    }

    [Test]
    public async Task Concurrent_outcomes_share_a_file()
    {
        var held = new TaskCompletionSource();
        var store = new FaultyStore { Gate = held.Task };
        var fixture = new LogFixture(store);
        var chunk = Chunks.Create(200);

        var first = fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[0], 1), default);
        await store.Writes.Reader.ReadAsync();
        var others = chunk.Ids.Skip(1).Select(id => fixture.Outcomes.RecordAsync("churn", new Outcome(id, 2.5), default)).ToList();
        Assert.That(first.IsCompleted || others.Exists(static other => other.IsCompleted), Is.False);
        held.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.That(await fixture.ListAsync("outcomes"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_failure_of_the_store_reaches_the_callers_and_the_next_outcome_is_recorded()
    {
        var store = new FaultyStore { Failure = new ProviderException("Test", "Write", true, "The store does not answer.") };
        var fixture = new LogFixture(store);
        var id = Chunks.Create(1).Ids[0];

        await Assert.ThrowsAsync<ProviderException>(() => fixture.Outcomes.RecordAsync("churn", new Outcome(id, 1), default));
        store.Failure = null;
        await fixture.Outcomes.RecordAsync("churn", new Outcome(id, 1), default);

        Assert.That(await fixture.ListAsync("outcomes"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_latest_outcome_of_a_prediction_counts()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(3);
        await fixture.LogAsync(chunk);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[0], "no"), default);
        fixture.Time.Advance(TimeSpan.FromDays(2));
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[0], "yes"), default);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[0], "maybe") { Time = Chunks.Start.AddDays(1) }, default);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[1], 3), default);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[1], 3), default);

        var summary = new JoinSummary();
        var actuals = await fixture.JoinAsync(summary);

        Assert.That(actuals[chunk.Ids[0]], Is.EqualTo("yes"));
        Assert.That(actuals[chunk.Ids[1]], Is.EqualTo("3"));
        Assert.That((summary.Outcomes, summary.Corrections, summary.Duplicates), Is.EqualTo((2L, 2L, 1L)));
    }

    [Test]
    public void The_order_of_outcomes_does_not_depend_on_the_order_of_reading()
    {
        var id = Guid.NewGuid();
        RecordedOutcome[] outcomes =
        [
            new(id, "a", 0, 100, "host-1", 5), new(id, "b", 0, 100, "host-2", 1), new(id, "c", 0, 99, "host-9", 9), new(id, "d", 0, 100, "host-1", 6),
        ];

        for (var rotation = 0; rotation < outcomes.Length; rotation++)
        {
            var index = new OutcomeIndex(10);
            foreach (var outcome in outcomes[rotation..].Concat(outcomes[..rotation]))
            {
                index.Add(outcome);
            }

            Assert.That(index.TryFind(id, out var latest, new JoinSummary()), Is.True);
            Assert.That(latest.Text, Is.EqualTo("b"), "the latest time, then the greatest instance, then the greatest sequence");
        }
    }

    [Test]
    public async Task Outcomes_of_unknown_predictions_are_counted_and_named()
    {
        var fixture = new LogFixture();
        var (inPeriod, earlier) = (Chunks.Create(3), Chunks.Create(3, Chunks.Start.AddDays(-3), seed: 2));
        await fixture.LogAsync(inPeriod, earlier);
        var unknown = Guid.NewGuid();
        Outcome[] outcomes = [new(inPeriod.Ids[0], 1), new(earlier.Ids[0], 1), new(unknown, 1)];
        await fixture.Outcomes.RecordAsync("churn", outcomes.ToAsyncEnumerable(), default);

        var summary = new JoinSummary();
        var batches = fixture.CreateJoin().ReadAsync("churn", Chunks.Start, Chunks.Start.AddDays(1), null, findUnknown: true, summary, default);
        Assert.That((await batches.ToListAsync()).Sum(static batch => batch.Predictions.Count), Is.EqualTo(3));

        Assert.That((summary.Outcomes, summary.Unknown), Is.EqualTo((1L, (long?)1L)), "an earlier prediction is known");
        Assert.That(summary.ToWarnings().Single(), Does.Contain(unknown.ToString()));
    }

    [Test]
    public async Task A_join_in_parts_has_the_result_of_a_join_at_once()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(2_000);
        await fixture.LogAsync(chunk, Chunks.Create(500, Chunks.Start.AddDays(1), seed: 2));
        await fixture.Outcomes.RecordAsync("churn", chunk.Ids.Select((id, row) => new Outcome(id, row)).ToAsyncEnumerable(), default);
        await fixture.Outcomes.RecordAsync("churn", chunk.Ids.Take(300).Select(static id => new Outcome(id, "x")).ToAsyncEnumerable(), default);
        await fixture.Outcomes.RecordAsync("churn", Enumerable.Range(0, 50).Select(_ => new Outcome(Guid.NewGuid(), 1)).ToAsyncEnumerable(), default);

        var (whole, parts) = (new JoinSummary(), new JoinSummary());
        var expected = await fixture.JoinAsync(whole);
        var actual = await fixture.JoinAsync(parts, maxOutcomes: 100);

        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(Counts(parts), Is.EqualTo(Counts(whole)));
        Assert.That(Counts(whole), Is.EqualTo((2_500L, 2_000L, 300L, (long?)50L)));

        static (long, long, long, long?) Counts(JoinSummary summary) => (summary.Predictions, summary.Outcomes, summary.Corrections, summary.Unknown);
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_not_an_outcome(double actual)
    {
        var exception = Assert.Throws<ArgumentException>(() => _ = new Outcome(Guid.NewGuid(), actual));
        Assert.That(exception!.Message, Does.Contain("not a finite number"));
    }

    [Test]
    public async Task An_outcome_without_a_prediction_or_in_the_future_is_refused()
    {
        var fixture = new LogFixture();

        await Assert.ThrowsAsync<ArgumentException>(() => Task.Run(() => fixture.Outcomes.RecordAsync("churn", default(Outcome), default)));
        var future = new Outcome(Guid.NewGuid(), 1) { Time = Chunks.Start.AddDays(2) };
        await Assert.ThrowsAsync<ArgumentException>(() => Task.Run(() => fixture.Outcomes.RecordAsync("churn", future, default)));
    }

    [Test]
    public async Task Invalid_values_in_a_file_of_outcomes_are_reported_and_not_used()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(2);
        await fixture.LogAsync(chunk);
        var bytes = await OutcomeFile.EncodeAsync(
            [new(chunk.Ids[0], null, double.NaN, 1, "other", 1), new(chunk.Ids[1], null, RowBatch.Missing, 1, "other", 2)], default);
        await fixture.Store.WriteBytesAsync(ArtifactPath.Parse("outcomes/churn/2026-11-30/other-00000001.parquet"), bytes);

        var summary = new JoinSummary();
        var actuals = await fixture.JoinAsync(summary);

        Assert.That(actuals.Values, Is.All.Null);
        Assert.That((summary.Outcomes, summary.Invalid), Is.EqualTo((0L, 2L)));
        Assert.That(summary.ToWarnings().Single(), Does.Contain("2 outcomes are NaN"));
    }

    [Test]
    public async Task A_truncated_file_of_outcomes_is_named_and_the_others_are_used()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(2);
        await fixture.LogAsync(chunk);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[0], 1), default);
        await fixture.Outcomes.RecordAsync("churn", new Outcome(chunk.Ids[1], 1), default);
        var damaged = ArtifactPath.Parse((await fixture.ListAsync("outcomes"))[0]);
        var bytes = await fixture.Store.ReadBytesAsync(damaged);
        await fixture.Store.WriteBytesAsync(damaged, bytes[..(bytes.Length / 2)]);

        var summary = new JoinSummary();
        var actuals = await fixture.JoinAsync(summary);

        Assert.That((actuals[chunk.Ids[0]], actuals[chunk.Ids[1]]), Is.EqualTo(((string?)null, "1")));
        Assert.That(summary.ToWarnings().Single(), Does.Contain(damaged.ToString()));
    }

    [Test]
    public async Task A_table_of_outcomes_is_imported_and_bad_rows_are_reported()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(4);
        await fixture.LogAsync(chunk);
        var table = new RowBatch([new("prediction_id", true), new("actual", false), new("time", true), new("Comment", true)], 6) { Count = 6 };
        for (var row = 0; row < 4; row++)
        {
            (table.Texts(0)[row], table.Numbers(1)[row]) = (chunk.Ids[row].ToString(), row);
        }

        table.Numbers(1)[2] = double.NaN;
        table.Texts(2)[0] = "2026-11-30T13:00:00Z";
        table.Texts(2)[3] = "yesterday";
        (table.Texts(0)[4], table.Texts(0)[5]) = ("no uuid", null);

        var import = await fixture.Outcomes.ImportAsync("churn", new BatchSource(table), default);

        Assert.That((import.Recorded, import.Rejected), Is.EqualTo((2L, 4L)));
        Assert.That(import.Faults, Has.Count.EqualTo(5).And.Some.Contains("'Comment'").And.Some.Contains("Row 3").And.Some.Contains("'yesterday'")
            .And.Some.Contains("'no uuid'"));
        var actuals = await fixture.JoinAsync(new JoinSummary());
        Assert.That(chunk.Ids.Select(id => actuals[id]), Is.EqualTo(new[] { "0", "1", null, null }));
    }

    [Test]
    public void A_table_without_a_required_column_is_refused()
    {
        var source = new BatchSource(new RowBatch([new("prediction_id", true), new("label", true)], 1));

        var exception = Assert.Throws<ArgumentException>(() => _ = new LogFixture().Outcomes.ImportAsync("churn", source, default));

        Assert.That(exception!.Message, Does.Contain("no column 'actual'").And.Contain("prediction_id, label"));
    }

    [Test]
    public async Task Files_of_past_days_are_merged_and_the_join_stays_the_same()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(30);
        await fixture.LogAsync(chunk);
        foreach (var id in chunk.Ids)
        {
            await fixture.Outcomes.RecordAsync("churn", new Outcome(id, 1), default);
            await fixture.Outcomes.RecordAsync("churn", new Outcome(id, "x"), default);
        }

        var before = await fixture.JoinAsync(new JoinSummary());
        var compaction = new OutcomeCompaction(fixture.Store, fixture.OutcomeReader, fixture.Time, NullLogger<OutcomeCompaction>.Instance);
        Assert.That(await compaction.CompactAsync("churn", default), Is.Zero, "the day has not ended");
        fixture.Time.Advance(TimeSpan.FromDays(1));
        Assert.That(await compaction.CompactAsync("churn", default), Is.EqualTo(60));

        var summary = new JoinSummary();
        Assert.That(await fixture.JoinAsync(summary), Is.EqualTo(before));
        Assert.That((summary.Outcomes, summary.Corrections, summary.Duplicates), Is.EqualTo((30L, 30L, 0L)));
        Assert.That(await fixture.ListAsync("outcomes"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_merge_that_was_interrupted_before_the_deletion_counts_no_outcome_twice()
    {
        var fixture = new LogFixture();
        var chunk = Chunks.Create(10);
        await fixture.LogAsync(chunk);
        foreach (var id in chunk.Ids)
        {
            await fixture.Outcomes.RecordAsync("churn", new Outcome(id, 1), default);
        }

        var parts = await Task.WhenAll((await fixture.ListAsync("outcomes")).Select(
            async path => (Path: ArtifactPath.Parse(path), Bytes: await fixture.Store.ReadBytesAsync(ArtifactPath.Parse(path)))));
        fixture.Time.Advance(TimeSpan.FromDays(1));
        var compaction = new OutcomeCompaction(fixture.Store, fixture.OutcomeReader, fixture.Time, NullLogger<OutcomeCompaction>.Instance);
        await compaction.CompactAsync("churn", default);
        foreach (var (path, bytes) in parts)
        {
            await fixture.Store.WriteBytesAsync(path, bytes);
        }

        var summary = new JoinSummary();
        await fixture.JoinAsync(summary);
        Assert.That((summary.Outcomes, summary.Duplicates), Is.EqualTo((10L, 0L)));
        Assert.That(await compaction.CompactAsync("churn", default), Is.EqualTo(11));
        summary = new JoinSummary();
        await fixture.JoinAsync(summary);
        Assert.That((summary.Outcomes, summary.Duplicates), Is.EqualTo((10L, 0L)));
    }

    private sealed class BatchSource(RowBatch batch) : IRowSource
    {
        public IReadOnlyList<RowColumn> Columns => batch.Columns;

        public IAsyncEnumerable<RowBatch> ReadAsync(CancellationToken cancellationToken = default) => new[] { batch }.ToAsyncEnumerable();
    }
}
