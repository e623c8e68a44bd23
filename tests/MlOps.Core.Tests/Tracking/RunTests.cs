namespace MlOps.Tracking;

public sealed class RunTests : TrackingFixture
{
    [Test]
    public async Task Another_process_reads_all_recorded_properties()
    {
        var start = new RunStart
        {
            Name = "first",
            Actor = "ada",
            Seed = 7,
            Note = "A *note*.",
            Parameters = new Dictionary<string, string> { ["lr"] = "0.1" },
            Tags = new Dictionary<string, string> { ["stage"] = "draft", ["ünïcode"] = "日本" },
            Datasets = [new RunDataset { Name = "flights", Version = 3, Digest = "abc", Context = "training", Source = "s3://x" }],
        };
        string id;
        await using (var run = await Tracker.StartRunAsync("iris", start))
        {
            id = run.Info.Id;
            await run.LogParameterAsync("depth", 6);
            await run.TagAsync("stage", "live");
            await run.TagAsync("ünïcode", null);
            run.LogMetric("loss", 0.5, 1);
            run.LogMetric("loss", 0.25, 2);
            run.LogMetric("auc", double.NaN);
            Clock.Advance(TimeSpan.FromMinutes(1));
            await run.EndAsync();
        }

        var read = (await CreateLaboratory().Tracker.FindRunAsync(id))!;

        Assert.Multiple(() =>
        {
            Assert.That(
                (read.Name, read.Actor, read.Seed, read.Note, read.Experiment, read.Status),
                Is.EqualTo(("first", "ada", 7, "A *note*.", "iris", RunStatus.Finished)));
            Assert.That(read.Parameters, Is.EqualTo(new Dictionary<string, string> { ["depth"] = "6", ["lr"] = "0.1" }));
            Assert.That(read.Tags, Is.EqualTo(new Dictionary<string, string> { ["stage"] = "live" }));
            Assert.That(read.Metrics, Is.EqualTo(new Dictionary<string, double> { ["auc"] = double.NaN, ["loss"] = 0.25 }));
            Assert.That(
                read.Datasets,
                Has.One.Items.And.One.Matches<RunDataset>(
                    static data => data is { Name: "flights", Version: 3, Digest: "abc", Context: "training", Source: "s3://x" }));
            Assert.That(read.Ended - read.Started, Is.EqualTo(TimeSpan.FromMinutes(1)));
            Assert.That(read.Resources!.PeakMemory, Is.Positive);
        });
    }

    [Test]
    public async Task Every_point_of_a_metric_is_read_back_in_order()
    {
        const int count = 200_000;
        var run = await RecordAsync("many", static run =>
        {
            var loss = run.GetMetric("loss");
            for (var step = 0; step < count; step++)
            {
                loss.Record(1.0 / (step + 1), step);
            }

            run.LogMetric("other", double.NegativeInfinity);
        });

        var contents = await Tracker.OpenRunAsync(run);
        var points = await contents.ReadMetricsAsync("loss").ToListAsync();

        Assert.That(points.Select(static point => point.Step), Is.EqualTo(Enumerable.Range(0, count).Select(static step => (long?)step)));
        Assert.That(points.Select(static point => point.Value), Is.EqualTo(Enumerable.Range(0, count).Select(static step => 1.0 / (step + 1))));
        Assert.That(await contents.ReadMetricsAsync().CountAsync(), Is.EqualTo(count + 1));
    }

    [Test]
    public async Task Changing_a_parameter_is_rejected_with_both_values()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        await run.LogParameterAsync("lr", 0.1);
        await run.LogParameterAsync("lr", 0.1);

        var changed = new Dictionary<string, object?> { ["depth"] = 6, ["lr"] = 0.2 };
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => run.LogParametersAsync(changed));

        Assert.That(exception.Message, Does.Contain("'lr'").And.Contain("'0.1'").And.Contain("'0.2'"));
        Assert.That(run.Info.Parameters.Keys, Is.EqualTo(new[] { "lr" }), "Nothing of a change that fails is recorded.");
    }

    [Test]
    public async Task A_long_parameter_is_not_truncated_and_the_limit_is_enforced()
    {
        var longest = new string('x', 100_000);
        await using var run = await Tracker.StartRunAsync("iris");

        await run.LogParameterAsync("long", longest);
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => run.LogParameterAsync("longer", longest + "x"));

        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Parameters["long"], Is.EqualTo(longest));
        Assert.That(exception.Message, Does.Contain("'longer'").And.Contain("100001").And.Contain("file"));
    }

    [Test]
    public async Task An_event_over_the_size_limit_is_rejected_and_the_run_stays_readable()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        var many = Enumerable.Range(0, 17).ToDictionary(static number => $"p{number}", static object? (_) => new string('x', 65_536));

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => run.LogParametersAsync(many));

        Assert.That(exception.Message, Does.Contain("1048576").And.Contain("Record less at a time"));
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!.Parameters, Is.Empty);
    }

    [Test]
    public async Task The_number_of_metrics_is_limited()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        for (var number = 0; number < 2_000; number++)
        {
            run.LogMetric($"loss {number}", number);
        }

        run.LogMetric("loss 0", 1);
        Assert.That(Assert.Throws<ArgumentException>(() => run.LogMetric("one more", 1)).Message, Does.Contain("'one more'").And.Contain("2000"));
        await run.EndAsync();
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(run.Info.Id))!.Metrics, Has.Count.EqualTo(2_000));
    }

    [Test]
    public async Task The_exception_of_the_action_is_rethrown_while_the_store_is_unavailable()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Tracker.RunAsync(
            "iris", new RunStart(), (_, _) =>
        {
            Lab.Store.IsUnplugged = true;
            throw new TimeoutException();
        }));

        Assert.That(Lab.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains("could not be ended"));
    }

    [Test]
    public async Task Secrets_in_the_message_of_a_failure_are_masked()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        await run.EndAsync(RunStatus.Failed, new InvalidOperationException("Cannot open https://ada:sesame@store.example/x"));

        Assert.That((run.Info.Failure!.Message, run.Info.Failure.Details), Is.EqualTo(("***", "***")));
    }

    [TestCase("")]
    [TestCase("a/b")]
    [TestCase("a:b")]
    [TestCase("..")]
    [TestCase("a\nb")]
    public async Task An_invalid_name_of_an_experiment_is_rejected(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Tracker.StartRunAsync(name));

        Assert.That(await Store.ListAsync().ToListAsync(), Is.Empty);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a\tb")]
    public async Task Names_of_metrics_parameters_and_tags_are_validated(string name)
    {
        await using var run = await Tracker.StartRunAsync("iris");

        Assert.Throws<ArgumentException>(() => run.LogMetric(name, 1));
        await Assert.ThrowsAsync<ArgumentException>(() => run.LogParameterAsync(name, 1));
        await Assert.ThrowsAsync<ArgumentException>(() => run.TagAsync(name, "x"));
    }

    [Test]
    public async Task Text_that_is_not_valid_Unicode_is_rejected()
    {
        await using var run = await Tracker.StartRunAsync("iris");

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => run.TagAsync("half", "of a pair \ud800"));

        Assert.That(exception.Message, Does.Contain("tag 'half'").And.Contain("surrogate"));
    }

    [Test]
    public async Task An_ended_run_rejects_changes()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        var metric = run.GetMetric("loss");
        await run.EndAsync();
        await run.EndAsync(RunStatus.Failed);
        metric.Record(1);

        Assert.Throws<InvalidOperationException>(() => run.LogMetric("loss", 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.LogParameterAsync("x", 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.LogTextAsync("x.txt", "x"));
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Finished));
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Metrics, Is.Empty);
    }

    [Test]
    public async Task A_failure_is_recorded_with_its_exception()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Tracker.RunAsync(
            "iris", new RunStart { Name = "fails" }, static (_, _) => throw new TimeoutException("too slow")));

        var run = await Tracker.SearchRunsAsync(new RunQuery()).SingleAsync();
        Assert.That((run.Status, run.Failure!.Type, run.Failure.Message), Is.EqualTo((RunStatus.Failed, "System.TimeoutException", "too slow")));
        Assert.That(run.Failure.Details, Does.Contain(nameof(A_failure_is_recorded_with_its_exception)));
    }

    [Test]
    public async Task A_cancelled_run_is_interrupted()
    {
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Tracker.RunAsync(
            "iris",
            new RunStart(),
            async (_, token) =>
            {
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            cancellation.Token));

        Assert.That((await Tracker.SearchRunsAsync(new RunQuery()).SingleAsync()).Status, Is.EqualTo(RunStatus.Interrupted));
    }

    [Test]
    public async Task Disposing_a_run_before_its_end_fails_it()
    {
        string id;
        await using (var run = await Tracker.StartRunAsync("iris"))
        {
            id = run.Info.Id;
            run.LogMetric("loss", 3);
        }

        var read = (await Tracker.FindRunAsync(id))!;
        Assert.That((read.Status, read.Metrics["loss"]), Is.EqualTo((RunStatus.Failed, 3)));
        Assert.That(read.Failure!.Message, Does.Contain("EndAsync"));
    }

    [Test]
    public async Task Artifacts_are_stored_once_replaced_and_restored()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder.Path, "plots")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "roc.svg"), "<svg/>");
        var run = await RecordAsync("artifacts", static _ => { }, null);
        await using (var resumed = await Tracker.ResumeRunAsync(run.Id))
        {
            await resumed.LogFileAsync(folder, "plots");
            await resumed.LogTextAsync("notes/a.txt", "first");
            await resumed.LogTextAsync("notes/a.txt", "second");
            await resumed.LogTextAsync("notes/b.txt", "<svg/>");
            await resumed.EndAsync();
        }

        var contents = await Tracker.OpenRunAsync((await Tracker.FindRunAsync(run.Id))!);
        var restored = Path.Combine(Folder.Path, "restored");
        await contents.RestoreAsync(restored, below: "notes");
        await using var opened = await contents.OpenArtifactAsync("plots/roc.svg");
        using var reader = new StreamReader(opened.Stream);

        Assert.That(contents.Artifacts.Select(static file => file.Path), Is.EqualTo(new[] { "notes/a.txt", "notes/b.txt", "plots/roc.svg" }));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(restored, "notes", "a.txt")), Is.EqualTo("second"));
        Assert.That(Directory.Exists(Path.Combine(restored, "plots")), Is.False);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("<svg/>"));
        Assert.That(contents.Artifacts[1].Sha256, Is.EqualTo(contents.Artifacts[2].Sha256));
        Assert.That(Assert.Throws<ArgumentException>(() => contents.OpenArtifactAsync("x")).Message, Does.Contain("'x'").And.Contain("'notes/a.txt'"));
    }

    [Test]
    public async Task A_child_names_its_parent()
    {
        await using var parent = await Tracker.StartRunAsync("iris", new RunStart { Actor = "ada" });
        await using var child = await parent.StartChildAsync(new RunStart { Name = "fold 1", ParentId = new string('0', 32) });

        Assert.That((child.Info.ParentId, child.Info.Experiment, child.Info.Actor), Is.EqualTo((parent.Info.Id, "iris", "ada")));
        Assert.That(await Lab.SearchAsync($"parent_id = '{parent.Info.Id}'"), Is.EqualTo(new[] { "fold 1" }));
    }

    [Test]
    public async Task A_name_and_a_seed_are_generated()
    {
        await using var one = await Tracker.StartRunAsync("iris");
        await using var other = await Tracker.StartRunAsync("iris");

        Assert.That(one.Info.Name, Does.StartWith("20261123-0800-"));
        Assert.That((one.Info.Name, one.Info.Seed), Is.Not.EqualTo((other.Info.Name, other.Info.Seed)));
        Assert.That(string.CompareOrdinal(one.Info.Id, other.Info.Id), Is.Not.Zero);
    }

    [Test]
    public async Task The_environment_is_recorded_automatically()
    {
        var run = await RecordAsync("here");

        var environment = (await Tracker.OpenRunAsync(run)).Environment;

        Assert.That(environment.Runtime, Does.Contain(Environment.Version.ToString()));
        Assert.That(environment.Packages, Contains.Key("NUnit"));
        Assert.That(environment.Settings["MlOps:Storage:Provider"], Is.EqualTo("Mine"));
    }

    [Test]
    public async Task Only_content_and_the_index_are_written_outside_the_experiment()
    {
        var run = await RecordAsync("neat", static run => run.LogMetric("loss", 1));

        var paths = await Store.ListAsync().Select(static entry => entry.Path.ToString())
            .Where(static path => !path.StartsWith("blobs/", StringComparison.Ordinal)).ToListAsync();

        Assert.That(paths, Is.EquivalentTo(new[]
        {
            "mlops-store.json",
            "experiments/iris/log/00000000000000000001.json",
            $"experiments/iris/runs/{run.Id}/checkpoint-2.json",
            $"experiments/iris/runs/{run.Id}/log/00000000000000000001.json",
            $"experiments/iris/runs/{run.Id}/log/00000000000000000002.json",
            $"experiments/iris/runs/{run.Id}/metrics/00000000000000000001-00000000000000000001.json.gz",
            $"experiments/iris/summaries/{run.Id}/00000000000000000002.json",
            $"index/runs/{run.Id[^2..]}/{run.Id}.json",
            "index/experiments/0.json.gz",
            "index/experiments/1.json.gz",
            "index/experiments/2.json.gz",
            "index/experiments/3.json.gz",
        }));
    }

    [Test]
    public async Task Logging_an_empty_folder_throws()
    {
        await using var run = await Tracker.StartRunAsync("iris");

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => run.LogArtifactsAsync(new RunArtifacts()));

        Assert.That(exception.Message, Does.Contain("no files"));
    }
}
