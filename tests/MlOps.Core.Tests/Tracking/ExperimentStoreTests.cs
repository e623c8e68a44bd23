namespace MlOps.Tracking;

public sealed class ExperimentStoreTests : TrackingFixture
{
    [Test]
    public async Task A_run_creates_its_experiment_and_other_processes_see_it()
    {
        await RecordAsync("a");

        var experiment = (await CreateLaboratory().Experiments.FindAsync("iris"))!;

        Assert.That((experiment.Name, experiment.DisplayName, experiment.IsDeleted), Is.EqualTo(("iris", "iris", false)));
        Assert.That(await Lab.Experiments.FindAsync("other"), Is.Null);
    }

    [Test]
    public async Task An_experiment_is_described_tagged_and_renamed()
    {
        await Lab.Experiments.ChangeAsync("iris", new ExperimentChange
        {
            DisplayName = "Flowers / iris",
            Description = "Three species.",
            Tags = new Dictionary<string, string?> { ["team"] = "botany", ["x"] = "y" },
        });
        await Lab.Experiments.ChangeAsync("iris", new ExperimentChange { Description = "", Tags = new Dictionary<string, string?> { ["x"] = null } });

        var experiment = await CreateLaboratory().Experiments.ListAsync().SingleAsync();

        Assert.That((experiment.Name, experiment.DisplayName, experiment.Description), Is.EqualTo(("iris", "Flowers / iris", (string?)null)));
        Assert.That(experiment.Tags, Is.EqualTo(new Dictionary<string, string> { ["team"] = "botany" }));
    }

    [Test]
    public async Task A_deleted_experiment_rejects_runs_until_it_is_restored()
    {
        await RecordAsync("a");
        await Lab.Experiments.ChangeAsync("iris", new ExperimentChange { IsDeleted = true });

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => CreateLaboratory().Tracker.StartRunAsync("iris"));
        await Lab.Experiments.ChangeAsync("iris", new ExperimentChange { IsDeleted = false });
        await RecordAsync("b");

        Assert.That(exception.Message, Does.Contain("'iris'").And.Contain("RestoreAsync"));
        Assert.That(await Lab.SearchAsync(""), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public async Task Experiments_with_many_runs_are_listed()
    {
        foreach (var experiment in new[] { "b", "a", "a!", "a.b" })
        {
            await RecordAsync("one", experiment: experiment);
            await RecordAsync("two", experiment: experiment);
        }

        Assert.That(
            await Lab.Experiments.ListAsync().Select(static experiment => experiment.Name).ToListAsync(), Is.EquivalentTo(new[] { "a", "a!", "a.b", "b" }));
    }

    [Test]
    public async Task A_deleted_experiment_is_found_by_id()
    {
        await RecordAsync("one", experiment: "a");
        await RecordAsync("two", experiment: "b");
        var deleted = await Lab.Experiments.ChangeAsync("b", new ExperimentChange { IsDeleted = true });

        var found = await CreateLaboratory().Experiments.FindByIdAsync(deleted.Id);

        Assert.That((found!.Name, found.IsDeleted), Is.EqualTo(("b", true)));
        Assert.That(await Lab.Experiments.FindByIdAsync(-1), Is.Null);
    }

    [Test]
    public async Task The_display_name_is_validated()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Lab.Experiments.ChangeAsync("iris", new ExperimentChange { DisplayName = "a\nb" }));

        Assert.That(exception.Message, Does.Contain("experiment").And.Contain("control character"));
    }
}
