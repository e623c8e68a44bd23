using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Tests of the number of requests of common operations.</summary>
public sealed class RunRequestTests : TrackingFixture
{
    [Test]
    public async Task A_run_is_started_by_four_requests()
    {
        await RecordAsync("first");
        Lab.Store.Requests = 0;

        await using var run = await Tracker.StartRunAsync("iris", "second");

        Assert.That(Lab.Store.Requests, Is.EqualTo(4), "confirm the experiment, write the location document, write the change marker, start the run");
    }

    [Test]
    public async Task A_change_of_a_run_in_progress_costs_two_requests()
    {
        await using var run = await Tracker.StartRunAsync("iris", "changed");
        Lab.Store.Requests = 0;

        await run.LogParameterAsync("lr", 0.1);
        await run.LogParametersAsync(Enumerable.Range(0, 300).ToDictionary(static number => $"p{number}", static number => (object?)number));

        Assert.That(Lab.Store.Requests, Is.EqualTo(4));
    }

    [Test]
    public async Task Three_hundred_concurrent_parameters_cost_at_most_ten_requests()
    {
        var gate = new GateStore(Store);
        await using var lab = new Laboratory(gate, Clock, Folder.Path);
        await using var run = await lab.Tracker.StartRunAsync("iris", "many");
        lab.Store.Requests = 0;
        gate.Close();

        var logged = Enumerable.Range(0, 300).Select(number => run.LogParameterAsync($"p{number}", number)).ToArray();
        gate.Open();
        await Task.WhenAll(logged);

        Assert.That(lab.Store.Requests, Is.LessThanOrEqualTo(10));
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Parameters, Has.Count.EqualTo(300));
    }

    [Test]
    public async Task Only_the_invalid_change_of_a_combined_event_fails()
    {
        await using var run = await Tracker.StartRunAsync("iris", "many");
        await run.LogParameterAsync("taken", "a");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(async () =>
        {
            try
            {
                await run.LogParameterAsync(number == 25 ? "taken" : $"p{number}", number);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        })));

        Assert.That(outcomes.Index().Where(static outcome => !outcome.Item).Select(static outcome => outcome.Index), Is.EqualTo(new[] { 25 }));
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Parameters, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task Finding_a_run_costs_five_requests_for_any_number_of_experiments()
    {
        for (var number = 0; number < 100; number++)
        {
            await RecordAsync("other", experiment: $"team-{number:000}");
        }

        var change = new RunChange { Tags = new Dictionary<string, string?> { ["a"] = "b" } };
        var ended = await RecordAsync("ended", static run => run.LogMetric("loss", 1), change, "team-099");
        await Tracker.ChangeRunAsync(ended.Id, new RunChange { Note = "changed" });
        await using var running = await Tracker.StartRunAsync("team-050", "running");
        await running.LogParameterAsync("lr", 0.1);

        Assert.That(await CountAsync(lab => lab.Tracker.FindRunAsync(ended.Id)), Is.LessThanOrEqualTo(5));
        Assert.That(
            await CountAsync(lab => lab.Tracker.FindRunAsync(running.Info.Id)), Is.LessThanOrEqualTo(8), "the events of a run in progress are also read");
        var fresh = CreateLaboratory();
        var found = await fresh.Tracker.SearchRunsAsync(new RunQuery { Experiments = ["team-099"] }).FirstAsync();
        fresh.Store.Requests = 0;
        await fresh.Tracker.OpenRunAsync(found);
        Assert.That(fresh.Store.Requests, Is.LessThanOrEqualTo(5));
    }

    [Test]
    public async Task A_run_without_a_location_document_is_searched_once()
    {
        for (var number = 0; number < 20; number++)
        {
            await RecordAsync("other", experiment: $"team-{number:00}");
        }

        var run = await RecordAsync("old", experiment: "team-19");
        await Store.DeleteAsync(TrackingPaths.RunLocation(run.Id));

        await foreach (var entry in Store.ListAsync(ArtifactPath.Parse($"experiments/team-19/summaries/{run.Id}")))
        {
            await Store.DeleteAsync(entry.Path);
        }

        Assert.That(
            await CreateLaboratory().SearchAsync("", "team-19"), Has.None.EqualTo("old"), "A process of an older version died before it wrote a summary.");
        Assert.That(await CountAsync(lab => lab.Tracker.FindRunAsync(run.Id)), Is.GreaterThan(20));
        Assert.That(await CreateLaboratory().SearchAsync("", "team-19"), Has.One.EqualTo("old"));
        Assert.That(await CountAsync(lab => lab.Tracker.FindRunAsync(run.Id)), Is.LessThanOrEqualTo(5));
    }

    [Test]
    public async Task A_damaged_location_document_is_rewritten()
    {
        var run = await RecordAsync("damaged");
        await Store.WriteTextAsync(TrackingPaths.RunLocation(run.Id), """{ "format": 1, "experiment": "a/b" }""");

        var other = CreateLaboratory();
        Assert.That((await other.Tracker.FindRunAsync(run.Id))!.Name, Is.EqualTo("damaged"));
        Assert.That(other.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains("names the experiment of a run, cannot be read"));
        Assert.That(await CountAsync(lab => lab.Tracker.FindRunAsync(run.Id)), Is.LessThanOrEqualTo(5));
    }

    /// <summary>A store that blocks calls while it is closed.</summary>
    private sealed class GateStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        private TaskCompletionSource? _gate;

        public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _gate!.SetResult();

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path) => _gate?.Task ?? Task.CompletedTask;
    }

    private async Task<int> CountAsync(Func<Laboratory, Task<Run?>> find)
    {
        var lab = CreateLaboratory();
        lab.Store.Requests = 0;
        Assert.That(await find(lab), Is.Not.Null);
        return lab.Store.Requests;
    }
}
