namespace MlOps.Tracking;

public sealed class RunSearchTests : TrackingFixture
{
    /// <summary>Filters with each comparison, quotation and attribute, and the names of the matching runs.</summary>
    [TestCase("", "c b a")]
    [TestCase("metrics.auc > 0.9", "b")]
    [TestCase("metrics.auc >= 0.9", "b a")]
    [TestCase("metrics.auc < 0.95", "a")]
    [TestCase("metrics.auc <= 0.95", "b a")]
    [TestCase("metrics.auc = 0.9", "a")]
    [TestCase("metrics.auc != 0.9", "b")]
    [TestCase("metric.`test loss` < 1", "a")]
    [TestCase("metrics.\"test loss\" < 1", "a")]
    [TestCase("metrics.broken > 0", "")]
    [TestCase("params.lr = '0.1'", "a")]
    [TestCase("params.lr != '0.1'", "b")]
    [TestCase("not params.lr = '0.1'", "c b")]
    [TestCase("params.lr > 0.05", "a")]
    [TestCase("params.solver LIKE 'l%'", "a")]
    [TestCase("params.solver like '_bfgs'", "a")]
    [TestCase("params.solver ILIKE 'SD%'", "b")]
    [TestCase("params.lr IN ('0.1', '0.01')", "b a")]
    [TestCase("params.lr not in ('0.1')", "b")]
    [TestCase("tags.stage != 'draft'", "b")]
    [TestCase("tags.note = 'it''s'", "c")]
    [TestCase("tags.note = \"it's\"", "c")]
    [TestCase("datasets.flights = 3", "a")]
    [TestCase("dataset.flights > 3", "b")]
    [TestCase("attributes.status = 'finished'", "b a")]
    [TestCase("status = 'FINISHED'", "b a")]
    [TestCase("status != 'finished'", "c")]
    [TestCase("attr.status = 'failed'", "c")]
    [TestCase("name = 'a' or run_name = 'c'", "c a")]
    [TestCase("attributes.name LIKE 'b%'", "b")]
    [TestCase("experiment = 'iris'", "c b a")]
    [TestCase("author = 'ada' and user_id = 'ada'", "a")]
    [TestCase("started > '2026-11-23T08:00:01Z'", "c b")]
    [TestCase("attributes.start_time <= 1795420801000", "a")]
    [TestCase("end_time > 0", "c b a")]
    [TestCase("duration = 0", "c a")]
    [TestCase("duration >= 2", "b")]
    [TestCase("params.solver is null", "c")]
    [TestCase("metrics.auc IS NOT NULL", "b a")]
    [TestCase("metrics.broken is not null", "a")]
    [TestCase("parent_id is null and note is null", "c b a")]
    [TestCase("tags.mlflow.user = 'ada'", "a")]
    [TestCase("tags.mlflow.runName in ('b', 'c')", "b")]
    [TestCase("tags.mlflow.runName = 'renamed'", "c")]
    [TestCase("tags.mlflow.parentRunId is null", "c b a")]
    [TestCase("tags.mlflow.source.git.commit is null", "c b a")]
    [TestCase("tags.mlflow.note.content like 'n%'", "")]
    [TestCase("tags.mlflow.user is null", "")]
    [TestCase("min.auc > 0", "b a")]
    [TestCase("max_step.auc is null", "c b a")]
    [TestCase("seed = 7", "a")]
    [TestCase("artifact_count = 1", "b")]
    [TestCase("(metrics.auc > 0.9 or params.lr = '0.1') and not tags.stage = 'draft'", "b")]
    [TestCase("metrics.auc > 0.5 and params.lr = '0.1' or status = 'failed'", "c a")]
    public async Task A_filter_finds(string filter, string expected)
    {
        await RecordThreeAsync();

        Assert.That(string.Join(' ', await Lab.SearchAsync(filter)), Is.EqualTo(expected));
    }

    [TestCase("metrics.auc >", 14, "a number")]
    [TestCase("metrics.auc > 'x'", 15, "a number")]
    [TestCase("metrics.auc ~ 1", 13, "a key, a comparison or a value")]
    [TestCase("metric", 1, "metrics.…")]
    [TestCase("colour = 'x'", 1, "run_id")]
    [TestCase("staus = 'x'", 1, "Did you mean 'status'?")]
    [TestCase("maxstep.auc = 1", 1, "Did you mean 'max_step'?")]
    [TestCase("min.auc = 'x'", 11, "a number")]
    [TestCase("params.lr = 'x", 13, "expected a closing '")]
    [TestCase("params.lr in ('x'", 18, "',' or ')'")]
    [TestCase("status > 'x'", 10, "the key is text and has no order")]
    [TestCase("(metrics.auc > 1", 17, "')', 'and' or 'or'")]
    [TestCase("metrics.auc > 1 status = 'x'", 17, "'and', 'or' or the end")]
    [TestCase("params.lr not like 'x'", 15, "'in'")]
    [TestCase("metrics.auc like 'x'", 13, "the key is numeric")]
    public void An_invalid_filter_is_rejected_with_the_position(string filter, int position, string expected)
    {
        var exception = Assert.Throws<ArgumentException>(() => Tracker.SearchRunsAsync(new RunQuery { Filter = filter }));

        Assert.That(exception.Message, Does.Contain($"at position {position}, expected").And.Contain(expected));
    }

    [TestCase("metrics.auc desc", "b a c")]
    [TestCase("metrics.auc", "a b c")]
    [TestCase("metrics.auc ASC", "a b c")]
    [TestCase("metrics.broken", "c b a")]
    [TestCase("params.solver desc", "b a c")]
    [TestCase("name desc", "c b a")]
    [TestCase("duration desc", "b c a")]
    [TestCase("tags.mlflow.runName", "a b c")]
    [TestCase("tags.mlflow.runName desc", "c b a")]
    [TestCase("started", "a b c")]
    [TestCase("status, name", "b a c")]
    [TestCase("status, started", "c a b")]
    public async Task Runs_without_the_ordering_key_are_last(string orderBy, string expected)
    {
        await RecordThreeAsync();
        var orders = orderBy switch { "status, name" => ["status desc", "name desc"], "status, started" => ["status", "started"], _ => new[] { orderBy } };

        Assert.That(string.Join(' ', await Lab.SearchAsync("", "iris", orders)), Is.EqualTo(expected));
        foreach (var size in new[] { 1, 2, 3, 4 })
        {
            var pages = await PagesAsync(new RunQuery { OrderBy = orders, Take = size });
            Assert.That(string.Join(' ', pages.SelectMany(static page => page).Select(static run => run.Name)), Is.EqualTo(expected), $"pages of {size}");
        }

        Assert.That(
            await Tracker.SearchRunsAsync(new RunQuery { OrderBy = orders, Take = 1 }).Select(static run => run.Name).ToListAsync(),
            Is.EqualTo(expected.Split(' ')[..1]));
        Assert.That(await Tracker.SearchRunsAsync(new RunQuery { OrderBy = orders, Take = 0 }).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Numeric_and_text_parameters_have_a_total_order()
    {
        string[] depths = ["100", "1a", "9", "auto", "20"];
        foreach (var depth in depths)
        {
            await RecordAsync(depth, change: new RunChange { Parameters = new Dictionary<string, string> { ["depth"] = depth } });
        }

        Assert.That(await Lab.SearchAsync("", "iris", "params.depth"), Is.EqualTo(new[] { "9", "20", "100", "1a", "auto" }));
        Assert.That(await Lab.SearchAsync("", "iris", "params.depth desc"), Is.EqualTo(new[] { "auto", "1a", "100", "20", "9" }));
    }

    [Test]
    public async Task The_duration_of_a_run_ends_now_or_at_the_last_heartbeat()
    {
        await using var run = await Tracker.StartRunAsync("iris", "run");
        Clock.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.That(await Lab.SearchAsync("duration = 1.5 and ended is null"), Is.EqualTo(new[] { "run" }));
        Lab.Store.IsUnplugged = true;

        Clock.Advance(TimeSpan.FromSeconds(61));

        var found = await CreateLaboratory().Tracker.SearchRunsAsync(new RunQuery
        {
            Filter = "duration = 0 and ended is not null and end_time = 1795420800000",
        }).SingleAsync();
        Assert.That((found.Name, found.Status, found.Ended), Is.EqualTo(("run", RunStatus.Interrupted, (DateTimeOffset?)found.Started)));
    }

    [TestCase("metrics.auc up", 13)]
    [TestCase("metrics.auc desc asc", 18)]
    [TestCase("metrics.", 1)]
    public void An_invalid_order_is_rejected_with_the_position(string orderBy, int position)
    {
        var exception = Assert.Throws<ArgumentException>(() => Tracker.SearchRunsAsync(new RunQuery { OrderBy = [orderBy] }));

        Assert.That(exception.Message, Does.Contain($"at position {position}, expected"));
    }

    [Test]
    public async Task Filters_and_orders_use_the_minimum_and_the_maximum_of_metrics()
    {
        await RecordAsync("early", static run => LogAll(run, 0.1, 0.9, 0.5));
        await RecordAsync("late", static run => LogAll(run, 0.4, 0.6, 0.7));
        await RecordAsync("broken", static run => LogAll(run, double.NaN));

        Assert.That(await Lab.SearchAsync("max.auc > 0.8 and max_step.auc = 2 and min_step.auc = 1"), Is.EqualTo(new[] { "early" }));
        Assert.That(await Lab.SearchAsync("min.auc >= 0.4 or min.auc is null"), Is.EqualTo(new[] { "broken", "late" }));
        Assert.That(await Lab.SearchAsync("", "iris", "min.auc desc"), Is.EqualTo(new[] { "late", "early", "broken" }));
        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize))!.Name, Is.EqualTo("late"));
        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize, value: MetricValue.Best))!.Name, Is.EqualTo("early"));
        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Minimize, "name = 'late'", MetricValue.Best))!.Name, Is.EqualTo("late"));
        Assert.That(await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize, "name = 'broken'", MetricValue.Best), Is.Null);

        static void LogAll(IRun run, params double[] values)
        {
            foreach (var (index, value) in values.Index())
            {
                run.LogMetric("auc", value, index + 1);
            }
        }
    }

    [Test]
    public async Task The_best_run_has_a_metric_and_a_direction()
    {
        await RecordThreeAsync();

        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize))!.Name, Is.EqualTo("b"));
        Assert.That((await Tracker.FindBestRunAsync("iris", "test loss", MetricDirection.Minimize))!.Name, Is.EqualTo("a"));
        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize, "author = 'ada'"))!.Name, Is.EqualTo("a"));
        Assert.That(await Tracker.FindBestRunAsync("iris", "broken", MetricDirection.Maximize), Is.Null, "NaN is no best value.");
        Assert.That(await Tracker.FindBestRunAsync("iris", "missing", MetricDirection.Maximize), Is.Null);
        Assert.That((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize, "name = 'a' or status = 'failed'"))!.Name, Is.EqualTo("a"));
        var fault = (await Assert.ThrowsAsync<ArgumentException>(() => Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize, "auc > 1")))!;
        Assert.That(fault.Message, Does.Contain("The filter 'auc > 1' is not valid: found 'auc' at position 1"));
    }

    [Test]
    public async Task Deleted_runs_are_found_only_by_lifecycle_and_can_be_restored()
    {
        var run = await RecordAsync("a");
        await RecordAsync("b");

        await Tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = true });
        Assert.That(await NamesAsync(RunLifecycle.Active), Is.EqualTo(new[] { "b" }));
        Assert.That(await NamesAsync(RunLifecycle.Deleted), Is.EqualTo(new[] { "a" }));
        Assert.That(await NamesAsync(RunLifecycle.All), Is.EqualTo(new[] { "b", "a" }));

        await CreateLaboratory().Tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = false });
        Assert.That(await NamesAsync(RunLifecycle.Active), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public async Task All_experiments_except_deleted_ones_are_searched()
    {
        await RecordAsync("a", experiment: "one");
        await RecordAsync("b", experiment: "two");
        await RecordAsync("c", experiment: "three");
        await Lab.Experiments.ChangeAsync("two", new ExperimentChange { IsDeleted = true });

        Assert.That(await Tracker.SearchRunsAsync(new RunQuery()).Select(static run => run.Name).ToListAsync(), Is.EqualTo(new[] { "c", "a" }));
        Assert.That(await Lab.SearchAsync("", "two"), Is.EqualTo(new[] { "b" }), "A query that names a deleted experiment finds its runs.");
    }

    [Test]
    public async Task An_unknown_experiment_is_an_error_with_the_nearest_name()
    {
        await RecordAsync("a", experiment: "flights");
        await Lab.Experiments.ChangeAsync("empty", new ExperimentChange());
        RunQuery query = new() { Experiments = ["flights", "flihgts"] };

        var searched = (await Assert.ThrowsAsync<ExperimentNotFoundException>(async () => await Tracker.SearchRunsAsync(query).CountAsync()))!;
        var paged = (await Assert.ThrowsAsync<ExperimentNotFoundException>(() => Tracker.SearchRunsPageAsync(query)))!;
        var best = (await Assert.ThrowsAsync<ExperimentNotFoundException>(() => Tracker.FindBestRunAsync("nothing alike", "auc", MetricDirection.Maximize)))!;

        Assert.That(searched.Message, Is.EqualTo(
            "There is no experiment 'flihgts' in the store. Did you mean 'flights'? Correct the name. The first run of an experiment creates it."));
        Assert.That((searched.Experiment, paged.Message), Is.EqualTo(("flihgts", searched.Message)));
        Assert.That(best.Message, Does.StartWith("There is no experiment 'nothing alike' in the store. Correct the name."));
        Assert.That(await Lab.SearchAsync("", "empty"), Is.Empty, "An experiment without runs is an experiment.");
    }

    private async Task<string[]> NamesAsync(RunLifecycle lifecycle) =>
        await Tracker.SearchRunsAsync(new RunQuery { Lifecycle = lifecycle }).Select(static run => run.Name).ToArrayAsync();

    private async Task RecordThreeAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        await using (var a = await Tracker.StartRunAsync("iris", new RunStart { Name = "a", Actor = "ada", Seed = 7 }))
        {
            a.LogMetric("auc", 0.9);
            a.LogMetric("test loss", 0.5);
            a.LogMetric("broken", double.NaN);
            await a.ChangeAsync(new RunChange
            {
                Parameters = new Dictionary<string, string> { ["lr"] = "0.1", ["solver"] = "lbfgs" },
                Tags = new Dictionary<string, string?> { ["stage"] = "draft" },
                Datasets = [new RunDataset { Name = "flights", Version = 3 }],
            });
            await a.EndAsync();
        }

        await RecordAsync("b", static run => run.LogMetric("auc", 0.95), new RunChange
        {
            Parameters = new Dictionary<string, string> { ["lr"] = "0.01", ["solver"] = "sdca" },
            Tags = new Dictionary<string, string?> { ["stage"] = "live" },
            Datasets = [new RunDataset { Name = "flights", Version = 5 }],
        });
        await using (var b = await Tracker.ResumeRunAsync((await Tracker.FindBestRunAsync("iris", "auc", MetricDirection.Maximize))!.Id))
        {
            await b.LogTextAsync("x.txt", "x");
            Clock.Advance(TimeSpan.FromSeconds(2));
            await b.EndAsync();
        }

        Clock.Advance(TimeSpan.FromSeconds(1));
        await using var c = await Tracker.StartRunAsync("iris", "c", new Dictionary<string, string> { ["note"] = "it's", ["mlflow.runName"] = "renamed" });
        await c.EndAsync(RunStatus.Failed);
    }
}
