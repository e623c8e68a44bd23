using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

public sealed class PredictionLogTests
{
    private static readonly ProviderException s_failure = new("Test", "Write", true, "The store does not answer.");

    [Test]
    public async Task Every_prediction_is_logged_with_its_outputs()
    {
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 0 } };
        var chunk = Chunks.Create(1_000, version: 7);
        chunk.LatencyTicks[3] = System.Diagnostics.Stopwatch.Frequency / 1_000;

        await fixture.LogAsync(chunk);

        var rows = (await fixture.ReadAsync()).Single();
        Assert.Multiple(() =>
        {
            Assert.That(rows.Ids[..rows.Count], Is.EqualTo(chunk.Ids));
            Assert.That(rows.Times, Is.EqualTo(chunk.Times));
            Assert.That(rows.Versions, Is.All.EqualTo(7));
            Assert.That(rows.Outputs.Texts(0).ToArray(), Is.EqualTo(chunk.Outputs.Texts(0).ToArray()));
            Assert.That(rows.Outputs.Numbers(1).ToArray(), Is.EqualTo(chunk.Outputs.Numbers(1).ToArray()));
            Assert.That(rows.IsSampled, Is.All.False);
            Assert.That(rows.Inputs.Texts(1).ToArray(), Is.All.Null);
            Assert.That(rows.Latencies[3], Is.EqualTo(1).Within(1e-9));
            Assert.That(RowBatch.IsMissing(rows.Latencies[4]), Is.True);
        });
    }

    [Test]
    public async Task Features_of_rejected_and_flagged_rows_are_always_logged()
    {
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 0 } };

        await fixture.LogAsync(Chunks.Create(4, change: static chunk =>
        {
            chunk.Reject(1);
            chunk.IsFlagged[2] = true;
        }));

        var rows = (await fixture.ReadAsync()).Single();
        Assert.Multiple(() =>
        {
            Assert.That(rows.IsSampled, Is.EqualTo(new[] { false, true, true, false }));
            Assert.That(rows.IsRejected, Is.EqualTo(new[] { false, true, false, false }));
            Assert.That(rows.IsFlagged, Is.EqualTo(new[] { false, false, true, false }));
            Assert.That(rows.Inputs.Texts(1).ToArray(), Is.EqualTo(new[] { null, "Köln", "Bonn", null }));
            Assert.That(rows.Inputs.Numbers(0)[1], Is.EqualTo(21));
            Assert.That(RowBatch.IsMissing(rows.Inputs.Numbers(0)[0]), Is.True);
            Assert.That(rows.Outputs.Texts(0)[1], Is.Null);
        });
    }

    [Test]
    public async Task All_instances_sample_the_same_predictions()
    {
        var (one, other) = (new LogFixture { Options = new LogOptions { SampleRate = 0.2 } }, new LogFixture { Options = new LogOptions { SampleRate = 0.2 } });

        await one.LogAsync(Chunks.Create(10_000));
        await other.LogAsync(Chunks.Create(10_000));

        var sample = (await one.ReadAsync()).Single().IsSampled;
        Assert.That((await other.ReadAsync()).Single().IsSampled, Is.EqualTo(sample));
        Assert.That(sample.Count(static isSampled => isSampled), Is.EqualTo(2_000).Within(200), "5 standard deviations");
    }

    [Test]
    public void A_higher_rate_contains_the_sample_of_a_lower_rate()
    {
        var ids = Chunks.Create(10_000).Ids;

        var low = ids.Where(static id => PredictionSampler.IsSampled(id, 0.1));

        Assert.That(low.Where(static id => !PredictionSampler.IsSampled(id, 0.3)), Is.Empty);
        Assert.That(ids.Where(static id => !PredictionSampler.IsSampled(id, 1)), Is.Empty);
    }

    [Test]
    public void The_hash_of_an_identifier_is_stable()
    {
        Assert.That(PredictionSampler.Hash(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), Is.EqualTo(Expected(0x0011223344556677, 0x8899AABBCCDDEEFF)));

        static ulong Expected(ulong high, ulong low) => SplitMix(high ^ SplitMix(low));

        static ulong SplitMix(ulong state)
        {
            var z = unchecked(state + 0x9E3779B97F4A7C15);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
            return z ^ (z >> 31);
        }
    }

    [Test]
    public async Task Nan_infinity_and_missing_values_stay_apart()
    {
        var fixture = new LogFixture();
        double[] values = [double.NaN, RowBatch.Missing, double.PositiveInfinity, double.NegativeInfinity, 1e308, -1e308, 0, double.Epsilon];

        await fixture.LogAsync(Chunks.Create(values.Length, change: chunk => values.CopyTo(chunk.Inputs.Numbers(0))));

        var read = (await fixture.ReadAsync()).Single().Inputs.Numbers(0).ToArray();
        Assert.That(Array.ConvertAll(read, RowBatch.IsMissing), Is.EqualTo(Array.ConvertAll(values, RowBatch.IsMissing)));
        Assert.That(read, Is.EqualTo(values));
    }

    [Test]
    public async Task Excluded_features_are_not_in_the_file()
    {
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 1, Exclude = { "City" } } };

        await fixture.LogAsync(Chunks.Create(10));

        var path = (await fixture.ListAsync("predictions/churn")).Single();
        var bytes = await fixture.Store.ReadBytesAsync(ArtifactPath.Parse(path));
        Assert.That(Encoding.UTF8.GetString(bytes), Does.Not.Contain("Bonn").And.Not.Contain("City"));
        Assert.That((await fixture.ReadAsync()).Single().Inputs.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Age" }));
    }

    [Test]
    public async Task Hashed_features_are_logged_as_digests()
    {
        const string key = "a secret of the team";
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 1, Hash = { "City", "Age" }, HashKey = key } };

        await fixture.LogAsync(Chunks.Create(2));

        var rows = (await fixture.ReadAsync()).Single();
        Assert.That(rows.Inputs.Texts(0).ToArray(), Is.EqualTo(new[] { Digest("20"), Digest("21") }));
        Assert.That(rows.Inputs.Texts(1).ToArray(), Is.EqualTo(new[] { Digest("Bonn"), Digest("Köln") }));
        Assert.That(fixture.Logger.Collector.GetSnapshot(), Is.Empty);

        static string Digest(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
    }

    [Test]
    public async Task Digests_without_a_key_are_reported()
    {
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 1, Hash = { "City" } } };

        await fixture.LogAsync(Chunks.Create(2), Chunks.Create(2, seed: 2));

        var expected = Convert.ToHexStringLower(SHA256.HashData("Bonn"u8));
        Assert.That((await fixture.ReadAsync()).Single().Inputs.Texts(1)[0], Is.EqualTo(expected));
        Assert.That(fixture.Logger.Collector.GetSnapshot().Single().Message, Does.Contain("'churn'").And.Contain("Log:HashKey"));
    }

    [Test]
    public async Task An_unknown_feature_in_the_settings_is_an_error_and_no_features_are_logged()
    {
        var fixture = new LogFixture { Options = new LogOptions { SampleRate = 1, Exclude = { "Citi" } } };

        await fixture.LogAsync(Chunks.Create(2), Chunks.Create(2, seed: 2));

        var error = fixture.Logger.Collector.GetSnapshot().Single();
        Assert.That(error.Level, Is.EqualTo(LogLevel.Error));
        Assert.That(error.Message, Does.Contain("'Citi'").And.Contain("Did you mean 'City'?").And.Contain("Age, City"));
        var rows = (await fixture.ReadAsync()).Single();
        Assert.That(rows.Inputs.Columns, Is.Empty);
        Assert.That(rows.IsSampled, Is.All.False);
        Assert.That(rows.Outputs.Texts(0)[0], Is.EqualTo("yes"));
    }

    [Test]
    public async Task A_disabled_log_writes_nothing()
    {
        var fixture = new LogFixture { Options = new LogOptions { Enabled = false } };

        await fixture.LogAsync(Chunks.Create(2));

        Assert.That(await fixture.ListAsync("predictions"), Is.Empty);
    }

    [Test]
    public async Task Predictions_are_in_the_folder_of_their_day()
    {
        var fixture = new LogFixture();
        await using var log = fixture.CreateLog("host-9");

        await log.AddAsync(Chunks.Create(10, Chunks.Start.Date.AddDays(1).AddSeconds(-4)), default);
        await log.FlushAsync(default);

        Assert.That(
            await fixture.ListAsync("predictions"),
            Is.EqualTo(new[] { "predictions/churn/2026-11-30/host-9-00000001.parquet", "predictions/churn/2026-12-01/host-9-00000002.parquet" }));
        Assert.That((await fixture.ReadAsync()).Select(static rows => rows.Count), Is.EqualTo(new[] { 4, 6 }));
    }

    [Test]
    public async Task A_file_ends_at_its_maximum_number_of_rows()
    {
        var fixture = new LogFixture { Options = new LogOptions { MaxFileRows = 40 } };

        await fixture.LogAsync(Chunks.Create(100));

        Assert.That((await fixture.ReadAsync()).Select(static rows => rows.Count), Is.EqualTo(new[] { 40, 40, 20 }));
    }

    [Test]
    public async Task A_file_ends_at_its_maximum_size()
    {
        var fixture = new LogFixture { Options = new LogOptions { MaxFileSize = 100_000 } };

        await fixture.LogAsync([.. Enumerable.Range(0, 4).Select(static seed => Chunks.Create(LogFile.MaxGroupRows, seed: seed))]);

        Assert.That(await fixture.ListAsync("predictions"), Has.Count.EqualTo(4));
        Assert.That((await fixture.ReadAsync()).Sum(static rows => rows.Count), Is.EqualTo(4 * LogFile.MaxGroupRows));
    }

    [Test]
    public async Task A_file_is_written_at_its_maximum_age()
    {
        var store = new FaultyStore();
        var fixture = new LogFixture(store);
        await using var log = fixture.CreateLog();
        await log.AddAsync(Chunks.Create(3), default);

        fixture.Time.Advance(fixture.Options.MaxFileAge - TimeSpan.FromSeconds(1));
        Assert.That(store.Writes.Reader.Count, Is.Zero);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await store.Writes.Reader.ReadAsync();
        await log.FlushAsync(default);

        Assert.That(await fixture.ListAsync("predictions"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Versions_and_models_have_separate_files()
    {
        var fixture = new LogFixture();

        await fixture.LogAsync(Chunks.Create(3, version: 1), Chunks.Create(4, version: 2, seed: 2), Chunks.Create(5, model: "fraud", seed: 3));

        Assert.That((await fixture.ReadAsync(version: 2)).Select(static rows => rows.Count), Is.EqualTo(new[] { 4 }));
        Assert.That((await fixture.ReadAsync()).Sum(static rows => rows.Count), Is.EqualTo(7));
        Assert.That(await fixture.ListAsync("predictions/fraud"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_failed_write_is_repeated_and_nothing_is_lost()
    {
        var store = new FaultyStore { Failure = s_failure };
        var fixture = new LogFixture(store);
        await using var log = fixture.CreateLog();
        await log.AddAsync(Chunks.Create(3), default);

        var flushing = log.FlushAsync(default);
        await store.Writes.Reader.ReadAsync();
        store.Failure = null;
        await fixture.AdvanceUntilAsync(flushing);

        Assert.That((await fixture.ReadAsync()).Single().Count, Is.EqualTo(3));
        Assert.That(log.Dropped, Is.Zero);
        Assert.That(
            fixture.Logger.Collector.GetSnapshot().Select(static record => record.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    [Test]
    public async Task A_write_that_was_reported_as_failed_but_succeeded_is_not_repeated()
    {
        var store = new FaultyStore { Failure = s_failure, StoresFailedWrites = true };
        var fixture = new LogFixture(store);
        await using var log = fixture.CreateLog();
        await log.AddAsync(Chunks.Create(3), default);

        await fixture.AdvanceUntilAsync(log.FlushAsync(default));

        Assert.That((await fixture.ReadAsync()).Single().Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Files_beyond_the_maximum_pending_size_are_dropped_and_counted()
    {
        var held = new TaskCompletionSource();
        var store = new FaultyStore { Gate = held.Task };
        var fixture = new LogFixture(store) { Options = new LogOptions { MaxFileRows = 100, MaxPendingSize = 20_000 } };
        await using var log = fixture.CreateLog();

        for (var i = 0; i < 50; i++)
        {
            await log.AddAsync(Chunks.Create(100, seed: i), default);
        }

        held.SetResult();
        await log.FlushAsync(default);
        var kept = (await fixture.ReadAsync()).Sum(static rows => rows.Count);
        Assert.That(kept + log.Dropped, Is.EqualTo(5_000));
        Assert.That(kept, Is.GreaterThan(0).And.LessThan(2_000));
        Assert.That(fixture.Logger.Collector.GetSnapshot().Single().Message, Does.Contain("20000").And.Contain("Log:MaxPendingSize"));
    }

    [Test]
    public async Task Predictions_that_the_store_never_accepted_are_reported_at_the_end()
    {
        var store = new FaultyStore { Failure = s_failure };
        var fixture = new LogFixture(store);
        var log = fixture.CreateLog();
        await log.AddAsync(Chunks.Create(3), default);

        await fixture.AdvanceUntilAsync(log.DisposeAsync().AsTask());

        Assert.That(log.Dropped, Is.EqualTo(3));
        Assert.That(fixture.Logger.LatestRecord.Level, Is.EqualTo(LogLevel.Error));
        Assert.That(fixture.Logger.LatestRecord.Message, Does.Contain("3 predictions").And.Contain("'churn'"));
    }

    [Test]
    public async Task Disposal_writes_the_open_files()
    {
        var fixture = new LogFixture();
        var log = fixture.CreateLog();
        await log.AddAsync(Chunks.Create(3), default);

        await log.DisposeAsync();

        Assert.That((await fixture.ReadAsync()).Single().Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Many_days_at_once_do_not_open_more_files_than_the_maximum()
    {
        var fixture = new LogFixture();
        await using var log = fixture.CreateLog();

        await log.AddAsync(
            Chunks.Create(40, change: static chunk =>
            {
                for (var row = 0; row < chunk.Count; row++)
                {
                    chunk.Times[row] += row * TimeSpan.TicksPerDay;
                }
            }),
            default);
        await log.FlushAsync(default);

        Assert.That(await fixture.ListAsync("predictions"), Has.Count.EqualTo(40));
    }

    [Test]
    public void The_secret_key_is_in_no_message()
    {
        const string key = "too short key";
        var options = new LogOptions { HashKey = key, SampleRate = 2, MaxFileAge = TimeSpan.Zero, Retention = TimeSpan.Zero, MaxPendingSize = 1 };
        options.Exclude.Add("Age");
        options.Hash.Add("Age");

        var result = new LogOptionsValidator().Validate("churn", options);

        Assert.That(result.FailureMessage, Does.Not.Contain(key));
        foreach (var setting in new[] { "HashKey", "SampleRate", "MaxFileAge", "Retention", "MaxPendingSize", "'Age'" })
        {
            Assert.That(result.FailureMessage, Does.Contain(setting));
        }

        Assert.That(new LogOptionsValidator().Validate(null, new LogOptions()).Succeeded, Is.True);
    }
}
