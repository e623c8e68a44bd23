using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MlOps.Tracking;

public sealed class RunPageTests : TrackingFixture
{
    private static readonly string?[] s_keys = ["1", "1", "2", "10", "1a", "auto", "", null, null, "-0.5"];

    private static readonly double?[] s_values = [1, 1, double.NaN, null, double.PositiveInfinity, double.NegativeInfinity, 0.1, null, double.NaN, -1];

    [Test]
    public async Task Runs_that_start_between_pages_do_not_shift_pages()
    {
        for (var number = 0; number < 10; number++)
        {
            await RecordAsync($"run {number}");
        }

        var pages = await PagesAsync(new RunQuery { Experiments = ["iris"], Take = 5 }, async _ => await RecordAsync("new"));

        Assert.That(pages.Select(static page => page.Count), Is.EqualTo(new[] { 5, 5 }));
        Assert.That(
            pages.SelectMany(static page => page).Select(static run => run.Name),
            Is.EqualTo(Enumerable.Range(0, 10).Reverse().Select(static number => $"run {number}")));
    }

    [TestCase("params.key")]
    [TestCase("params.key desc")]
    [TestCase("metrics.value")]
    [TestCase("metrics.value desc")]
    [TestCase("metrics.value, params.key desc")]
    [TestCase("status")]
    [TestCase("started desc")]
    [TestCase("")]
    public async Task Pages_contain_each_run_once_while_runs_start_and_are_deleted(string orderBy)
    {
        await RecordKeysAsync();
        var query = new RunQuery { OrderBy = orderBy.Split(", ", StringSplitOptions.RemoveEmptyEntries), Take = 3 };
        var before = await Tracker.SearchRunsAsync(new RunQuery { OrderBy = query.OrderBy }).Select(static run => run.Id).ToListAsync();
        var (deleted, added) = (new List<string>(), 0);

        var pages = await PagesAsync(query, async page =>
        {
            if (added++ < 2)
            {
                await RecordKeysAsync();
            }

            await Tracker.DeleteRunAsync(page.Runs[^1].Id);
            if (before.IndexOf(page.Runs[^1].Id) is >= 0 and var last && last + 1 < before.Count)
            {
                deleted.Add(before[last + 1]);
                await Tracker.DeleteRunAsync(before[last + 1]);
            }
        });

        var found = pages.SelectMany(static page => page).Select(static run => run.Id).ToList();
        Assert.That(found, Is.Unique);
        Assert.That(found.Where(before.Contains), Is.EqualTo(before.Except(deleted)));
    }

    [Test]
    public async Task A_token_works_in_other_processes_and_the_last_page_has_none()
    {
        await RecordKeysAsync();
        RunQuery first = new() { Experiments = ["iris"], Filter = "status = 'finished'", OrderBy = ["params.key desc"], Take = 5 };

        var page = await Tracker.SearchRunsPageAsync(first);
        var next = await CreateLaboratory().Tracker.SearchRunsPageAsync(Next(first, page.NextPageToken!, 5));
        var rest = await Tracker.SearchRunsAsync(Next(first, page.NextPageToken!, take: null)).ToListAsync();

        Assert.That(page.NextPageToken, Does.Match("^[A-Za-z0-9_-]{50,400}$"));
        Assert.That(next.NextPageToken, Is.Null, "The second page ends with the last run.");
        Assert.That(next.Runs.Select(static run => run.Id), Is.EqualTo(rest.Select(static run => run.Id)).And.Exactly(5).Items);
        Assert.That((await Tracker.SearchRunsPageAsync(new RunQuery())).Runs, Has.Count.EqualTo(10), "A page without a size has all runs.");
        Assert.That((await Tracker.SearchRunsPageAsync(new RunQuery())).NextPageToken, Is.Null);
    }

    [Test]
    public async Task A_damaged_token_or_a_token_of_another_query_or_version_is_rejected()
    {
        await RecordKeysAsync();
        RunQuery query = new() { Experiments = ["iris"], OrderBy = ["params.key"], Take = 2 };
        var token = (await Tracker.SearchRunsPageAsync(query)).NextPageToken!;
        var json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token).AsSpan(8)).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal);
        var newer = Base64Url.EncodeToString([.. SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8), .. Encoding.UTF8.GetBytes(json)]);

        await RefusedAsync(new RunQuery { OrderBy = ["params.key"], PageToken = token }, "belongs to a different query");
        await RefusedAsync(new RunQuery { Experiments = ["iris"], PageToken = token }, "belongs to a different query");
        await RefusedAsync(
            new RunQuery { Experiments = ["iris"], OrderBy = ["params.key"], Filter = "seed > 0", PageToken = token }, "belongs to a different query");
        await RefusedAsync(
            new RunQuery { Experiments = ["iris"], OrderBy = ["params.key"], Lifecycle = RunLifecycle.All, PageToken = token }, "belongs to a different query");
        await RefusedAsync(Next(query, newer, 2), "has version 2, but this program supports version 1");
        foreach (var damaged in new[] { "", "x", "häh", token[..^4], token[1..], token + "AAAA", token.Replace(token[20], token[20] == 'A' ? 'B' : 'A') })
        {
            await RefusedAsync(Next(query, damaged, 2), "is damaged");
        }

        Assert.That((await Tracker.SearchRunsPageAsync(Next(query, token, 2))).Runs, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_page_has_at_least_one_run() =>
        Assert.That(
            (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Tracker.SearchRunsPageAsync(new RunQuery { Take = 0 })))!.Message,
            Does.Contain("Take"));

    private static RunQuery Next(RunQuery query, string token, int? take) =>
        new() { Experiments = query.Experiments, Filter = query.Filter, OrderBy = query.OrderBy, Take = take, PageToken = token };

    private async Task RefusedAsync(RunQuery query, string fault)
    {
        Assert.That(Assert.Throws<ArgumentException>(() => Tracker.SearchRunsAsync(query)).Message, Does.StartWith($"The page token {fault}"));
        Assert.That(
            (await Assert.ThrowsAsync<ArgumentException>(() => Tracker.SearchRunsPageAsync(query)))!.Message, Does.StartWith($"The page token {fault}"));
    }

    private async Task RecordKeysAsync()
    {
        foreach (var (key, value) in s_keys.Zip(s_values))
        {
            await RecordAsync(
                "run",
                run =>
                {
                    if (value is { } number)
                    {
                        run.LogMetric("value", number);
                    }
                },
                key is null ? null : new RunChange { Parameters = new Dictionary<string, string> { ["key"] = key } });
        }
    }
}
