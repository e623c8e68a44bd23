using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Records.Stores;

/// <summary>Writes stores as this version does. Before the stored form changes, commit them for <see cref="StoredStoresTests"/> of later versions.</summary>
/// <remarks>The files are in the working folder of the tests. Commit them under new names: a committed store is never replaced.</remarks>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StoreWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2025, 3, 3, 8, 0, 0, TimeSpan.Zero));
    private readonly InMemoryArtifactStore _store;

    public StoreWriterTests() => _store = new InMemoryArtifactStore(_clock);

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_store_with_every_kind_of_record_is_sound()
    {
        await using (var services = Open())
        {
            await AddDatasetsAsync(services.GetRequiredService<IDatasetStore>());
            await AddExperimentsAsync(services.GetRequiredService<IExperimentStore>());
            var finished = await AddRunsAsync(services);
            await AddModelsAsync(services, finished);
            await AddStepsAsync(services);
            await AddManyRunsAsync(services.GetRequiredService<IExperimentTracker>());
            await AddGarbageAsync(services);
            services.GetRequiredService<IMetricsRecorder>().GetMetric("latency", "ms", new Dictionary<string, string> { ["model"] = "churn" }).Record(2.5, 1);
            services.GetRequiredService<IMetricsRecorder>().GetMetric("latency", "ms", new Dictionary<string, string> { ["model"] = "churn" })
                .Record(double.NaN, 2);
            Assert.That((await services.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults, Is.Empty);
        }

        await ExportAsync("written.tar.gz");
    }

    [Test]
    public async Task Every_damaged_log_of_a_store_is_found()
    {
        await using (var services = Open())
        {
            var (registry, datasets, tracker) = (services.GetRequiredService<IModelRegistry>(), services.GetRequiredService<IDatasetStore>(),
                services.GetRequiredService<IExperimentTracker>());
            foreach (var name in new[] { "sound", "flipped", "missing", "moved" })
            {
                await registry.RegisterAsync(name,
                    new ModelRegistration { Format = "onnx", Files = [Write("model.onnx", $"weights of {name}")], Actor = "ann" });
                await registry.TagAsync(name, "stage", "trial", actor: "ann");
                await registry.TagAsync(name, "stage", "final", actor: "ann");
                await datasets.SnapshotAsync(name,
                    new DatasetSnapshot { Streams = new Dictionary<string, Stream> { ["rows.txt"] = Text($"rows of {name}") }, Actor = "ann" });
                await datasets.TagAsync(name, "stage", "trial");
                await datasets.TagAsync(name, "stage", "final");
                await services.GetRequiredService<IExperimentStore>().ChangeAsync(name, new ExperimentChange { DisplayName = $"The {name} experiment" });
                await services.GetRequiredService<IExperimentStore>().ChangeAsync(name, new ExperimentChange { Description = "trial" });
                await services.GetRequiredService<IExperimentStore>().ChangeAsync(name, new ExperimentChange { Description = "final" });
                await tracker.RunAsync("sound", new RunStart { Name = name, Actor = "ann", Seed = 1 }, static (run, token) =>
                    run.TagAsync("stage", "trial", token));
            }

            await AddStepsAsync(services, "sound");
        }

        foreach (var kind in new[] { "models", "datasets", "experiments" })
        {
            await FlipAsync($"{kind}/flipped");
            await RemoveAsync($"{kind}/missing");
            await MoveAsync($"{kind}/moved");
        }

        foreach (var run in await ListFoldersAsync("experiments/sound/runs"))
        {
            var started = await _store.ReadTextAsync(EventOf(run, 1));
            await (started.Contains("\"name\":\"flipped\"", StringComparison.Ordinal) ? FlipAsync(run)
                : started.Contains("\"name\":\"missing\"", StringComparison.Ordinal) ? RemoveAsync(run)
                : started.Contains("\"name\":\"moved\"", StringComparison.Ordinal) ? MoveAsync(run)
                : Task.CompletedTask);
        }

        foreach (var step in await ListFoldersAsync("experiments/sound/steps"))
        {
            if ((await _store.ReadTextAsync(EventOf(step, 1))).Contains("\"step\":\"prepare\"", StringComparison.Ordinal))
            {
                await FlipAsync(step);
            }
        }

        await using var damaged = Open();
        Assert.That((await damaged.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults.Select(static fault => fault.Path).Distinct().Count(),
            Is.EqualTo(13));
        await ExportAsync("written-damaged.tar.gz");
    }

    private static ArtifactPath EventOf(string folder, int sequence) => ArtifactPath.Parse($"{folder}/log/{sequence:D20}.json");

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text), writable: false);

    private ServiceProvider Open(FakeTimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock ?? _clock);
        services.AddSingleton<ITableReader, SampleTables>();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Mine",
            ["MlOps:Tracking:SpoolFolder"] = Path.Combine(_folder.Path, "spool"),
            ["MlOps:Tracking:CaptureGit"] = "false",
            ["MlOps:Actor"] = "registrar",
            ["MlOps:Registry:Aliases:production:Metrics:auc:AtLeast"] = "0.8",
            ["MlOps:Metrics:Sinks:archive:Type"] = "ArtifactStore",
        }).Build();
        services.AddMlOps(configuration).AddArtifactStore("Mine", _ => _store);
        return services.BuildServiceProvider();
    }

    private async Task ExportAsync(string name)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, name);
        await StoreArchive.WriteAsync(_store, file);
        await TestContext.Out.WriteLineAsync($"{file}: {new FileInfo(file).Length} bytes");
    }

    private string Write(string path, string text)
    {
        var file = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    private void Tick() => _clock.Advance(TimeSpan.FromSeconds(1));

    private async Task AddDatasetsAsync(IDatasetStore datasets)
    {
        Write("flights/a.csv", "a\n1\n");
        Write("flights/sub/broken.csv", "b\n1\n");
        Write("flights/readme.txt", "flights of 2024");
        var flights = Path.Combine(_folder.Path, "flights");
        await datasets.SnapshotAsync("flights", new DatasetSnapshot
        {
            Files = [flights],
            Actor = "ann",
            Description = "first",
            Source = "https://example.org/flights",
            Tags = new Dictionary<string,
                string>
            { ["origin"] = "export" },
        });
        Tick();
        Write("flights/readme.txt", "flights of 2025");
        await datasets.SnapshotAsync("flights", new DatasetSnapshot { Files = [flights], Actor = "bob" });
        Tick();
        await datasets.ChangeAsync("flights",
            new DatasetChange { Version = 2, Tags = new Dictionary<string, string?> { ["quality"] = "good", ["size"] = "small" }, Actor = "carol" });
        Tick();
        await datasets.ChangeAsync("flights",
            new DatasetChange { Version = 2, Tags = new Dictionary<string, string?> { ["size"] = null }, Description = "checked", Actor = "carol" });
        Tick();
        await datasets.ChangeAsync("flights",
            new DatasetChange { Tags = new Dictionary<string, string?> { ["team"] = "ops" }, Description = "Delays of flights", Actor = "carol" });
        Tick();
        await datasets.SnapshotAsync("flights",
            new DatasetSnapshot { Streams = new Dictionary<string, Stream> { ["only.txt"] = Text("the third version") }, Parent = 1, Actor = "ann" });
        Tick();
        await datasets.ChangeAsync("flights", new DatasetChange { Version = 3, Delete = true, Reason = "too old", Actor = "ann" });

        await datasets.SnapshotStreamAsync("counted", Text("counted rows"), "rows.txt");
        for (var i = 1; i <= 101; i++)
        {
            Tick();
            await datasets.ChangeAsync("counted",
                new DatasetChange { Version = 1, Tags = new Dictionary<string, string?> { ["count"] = $"{i}" }, Actor = "counter" });
        }
    }

    private async Task AddExperimentsAsync(IExperimentStore experiments)
    {
        await experiments.ChangeAsync("iris", new ExperimentChange { DisplayName = "Iris flowers", Description = "Classifies flowers" });
        Tick();
        await experiments.ChangeAsync("iris", new ExperimentChange { Tags = new Dictionary<string, string?> { ["owner"] = "ann", ["draft"] = "yes" } });
        Tick();
        await experiments.ChangeAsync("iris", new ExperimentChange { Tags = new Dictionary<string, string?> { ["draft"] = null } });
        for (var i = 1; i <= 102; i++)
        {
            Tick();
            await experiments.ChangeAsync("counted", new ExperimentChange { Tags = new Dictionary<string, string?> { ["count"] = $"{i}" } });
        }
    }

    private async Task<Run> AddRunsAsync(ServiceProvider services)
    {
        var tracker = services.GetRequiredService<IExperimentTracker>();
        var flights = (await services.GetRequiredService<IDatasetStore>().FindAsync("flights"))!.Versions.Single(static version => version.Number == 2);
        Tick();
        var finished = await tracker.RunAsync("iris",
            new RunStart { Name = "finished", Actor = "ann", Seed = 7, Note = "A *good* one", Tags = new Dictionary<string, string> { ["stage"] = "trial" } },
                async (run, token) =>
        {
            await run.LogParametersAsync(new Dictionary<string, object?> { ["rate"] = 0.1, ["depth"] = 4 }, token);
            await run.UseDatasetAsync(flights, "training", token);
            await run.ChangeAsync(new RunChange { Datasets = [new RunDataset { Name = "weather", Digest = "abc", Source = "https://example.org/weather" }] },
                token);
            await run.LogTextAsync("plots/roc.svg", "<svg/>", token);
            await run.LogTextAsync("notes.txt", "first notes", token);
            await run.LogTextAsync("notes.txt", "second notes", token);
            for (var step = 0; step < 10; step++)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                run.LogMetric("loss", 1.0 / (step + 1), step);
            }

            run.LogMetric("auc", 0.91);
            run.LogMetric("broken", double.NaN);
            await run.RegisterModelAsync(
                "churn", new ModelRegistration { Format = "onnx", Files = [Write("model.onnx", "weights 1")] }, cancellationToken: token);
            Tick();
            await using var child = await run.StartChildAsync(new RunStart { Name = "child", Actor = "ann", Seed = 8 }, token);
            child.LogMetric("auc", 0.5);
            await child.EndAsync(cancellationToken: token);
        });

        Tick();
        var failed = await tracker.StartRunAsync("iris", new RunStart { Name = "failed", Actor = "bob", Seed = 9 });
        await failed.EndAsync(RunStatus.Failed, new InvalidDataException("The data are wrong."));
        Tick();
        var interrupted = await tracker.StartRunAsync("iris", new RunStart { Name = "interrupted", Seed = 10 });
        await interrupted.EndAsync(RunStatus.Interrupted);
        Tick();
        var counted = await tracker.StartRunAsync("iris", new RunStart { Name = "counted", Seed = 11 });
        for (var i = 1; i <= 101; i++)
        {
            await counted.TagAsync("count", $"{i}");
        }

        await counted.EndAsync();
        Tick();
        var deleted = await tracker.RunAsync("iris", new RunStart { Name = "deleted", Seed = 12 }, static (run, token) =>
            run.LogTextAsync("notes.txt", "second notes", token));
        await tracker.ChangeRunAsync(deleted.Id, new RunChange { IsDeleted = true });
        Tick();
        var restored = await tracker.RunAsync("iris", new RunStart { Name = "restored", Seed = 13 }, static (_, _) => Task.CompletedTask);
        await tracker.ChangeRunAsync(restored.Id, new RunChange { IsDeleted = true });
        await tracker.ChangeRunAsync(restored.Id,
            new RunChange { IsDeleted = false, Note = "restored", Tags = new Dictionary<string, string?> { ["kept"] = "yes" } });
        Tick();
        _ = await tracker.RunAsync("abandoned", new RunStart { Name = "lonely", Seed = 14 }, static (_, _) => Task.CompletedTask);
        await services.GetRequiredService<IExperimentStore>().ChangeAsync("abandoned", new ExperimentChange { IsDeleted = true });

        Tick();
        await using (var killed = Open(new FakeTimeProvider(_clock.GetUtcNow()))) // a clock that stands still: its runs are not heard of again
        {
            _ = await killed.GetRequiredService<IExperimentTracker>().StartRunAsync("iris", new RunStart { Name = "resumed", Seed = 15 });
            _ = await killed.GetRequiredService<IExperimentTracker>().StartRunAsync("iris", new RunStart { Name = "silent", Seed = 16 });
        }

        _clock.Advance(TimeSpan.FromHours(1));
        await using var other = Open();
        var id = await FindIdAsync(other.GetRequiredService<IExperimentTracker>(), "resumed");
        await using var resumed = await other.GetRequiredService<IExperimentTracker>().ResumeRunAsync(id);
        resumed.LogMetric("loss", 2, 2);
        await resumed.EndAsync();
        return finished;
    }

    private static async Task<string> FindIdAsync(IExperimentTracker tracker, string name) =>
        (await tracker.SearchRunsAsync(new RunQuery { Experiments = ["iris"], Filter = $"attributes.run_name = '{name}'", Lifecycle = RunLifecycle.All })
            .SingleAsync()).Id;

    private async Task AddModelsAsync(ServiceProvider services, Run finished)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        Tick();
        await registry.RegisterAsync("churn", new ModelRegistration
        {
            Format = "onnx",
            Files = [Write("model.onnx", "weights 2"), Write("labels.txt", "yes\nno\n")],
            Actor = "ann",
            Description = "the second",
            IntendedUse = "tests",
            Signature = new ModelSignature
            {
                Inputs = [new ModelFeature { Name = "age", Type = FeatureType.Float32, Shape = [null, 3], Minimum = 0, Maximum = 130, IsNullable = true }],
                Outputs = [new ModelFeature { Name = "churns", Type = FeatureType.Boolean, Categories = ["yes", "no"] }],
            },
            Examples = [new GoldenExample { Inputs = new JsonObject { ["age"] = 42 }, Outputs = new JsonObject { ["churns"] = false }, Tolerance = 0.25 }],
            Metrics = new Dictionary<string, double> { ["auc"] = 0.75, ["loss"] = double.NaN, ["worst"] = double.PositiveInfinity },
            Parameters = new Dictionary<string, string> { ["depth"] = "7" },
            Tags = new Dictionary<string, string> { ["stage"] = "trial" },
            Lineage = new ModelLineage
            {
                RunId = finished.Id,
                RunLink = "https://example.org/runs/1",
                Datasets = [new DatasetReference("flights", 2)],
                GitCommit = "50744d1",
                Source = "https://example.org/churn",
            },
            Resources = new ResourceProfile { LoadTime = TimeSpan.FromSeconds(2) },
        });
        foreach (var version in new[] { 3, 4, 5 })
        {
            Tick();
            await registry.RegisterAsync("churn",
                new ModelRegistration
                {
                    Format = "mlnet",
                    Files = [Write("model.zip", $"weights {version}")],
                    Metrics = new Dictionary<string,
                    double>
                    { ["auc"] = 0.9 }
                });
        }

        Tick();
        await registry.DescribeAsync("churn", description: "Who leaves", actor: "bob");
        await registry.DescribeAsync("churn", version: 2, description: "the second, described", intendedUse: "none", actor: "bob");
        await registry.TagAsync("churn", "team", "growth", actor: "bob");
        await registry.TagAsync("churn", "team2", "none", actor: "bob");
        await registry.TagAsync("churn", "team2", null, actor: "bob");
        await registry.TagAsync("churn", "stage", "final", version: 2, actor: "bob");
        await registry.ApproveAsync("churn", 2, "carol", "looks right");
        await registry.SetResourcesAsync("churn", 2, new ResourceProfile { Latency = TimeSpan.FromMilliseconds(3), Memory = 1 << 20 });
        Tick();
        await registry.SetAliasAsync("churn", "production", 1, reason: "first", actor: "bob");
        await registry.SetAliasAsync("churn", "production", 2, reason: "urgent", force: true, actor: "bob");
        await registry.RollBackAsync("churn", "production", reason: "worse after all", actor: "carol");
        await registry.SetAliasAsync("churn", "staging", 3);
        await registry.RemoveAliasAsync("churn", "staging", reason: "done", actor: "bob");
        await registry.SetAliasAsync("churn", "Champion", 3);
        await registry.ArchiveAsync("churn", 4, "old", actor: "bob");
        await registry.ArchiveAsync("churn", 5, "by mistake", actor: "bob");
        await registry.UnarchiveAsync("churn", 5, "was a mistake", actor: "bob");
        await registry.DeleteVersionAsync("churn", 5, "unsafe", actor: "carol");

        await registry.CreateAsync("empty", "Nothing yet", new Dictionary<string, string> { ["plan"] = "later" }, actor: "ann");
        await registry.RegisterAsync("preis – größe", new ModelRegistration { Format = "onnx", Files = [Write("model.onnx", "weights 1")] });
        await registry.RegisterAsync("counted", new ModelRegistration { Format = "onnx", Files = [Write("model.onnx", "counted weights")] });
        for (var i = 1; i <= 101; i++)
        {
            Tick();
            await registry.TagAsync("counted", "count", $"{i}", version: 1, actor: "counter");
        }
    }

    private async Task AddStepsAsync(ServiceProvider services, string experiment = "iris")
    {
        var steps = StoredSteps.Create(Write("steps/data.csv", StoredSteps.Data), static _ => { });
        for (var time = 1; time <= 2; time++)
        {
            Tick();
            await services.GetRequiredService<IExperimentTracker>()
                .RunAsync(experiment, new RunStart { Name = $"workflow {time}", Seed = 20 }, async (run, token) =>
                await services.GetRequiredService<IWorkflowRunner>().RunAsync(
                    new Workflow("flow", steps), run, new WorkflowRunOptions { ForcedSteps = time == 1 ? [] : ["prepare"] }, cancellationToken: token));
        }
    }

    private async Task AddManyRunsAsync(IExperimentTracker tracker)
    {
        for (var i = 1; i <= 131; i++)
        {
            Tick();
            await tracker.RunAsync("many", new RunStart { Name = $"run {i}", Seed = i, Parameters = new Dictionary<string, string> { ["index"] = $"{i}" } },
                (run, _) =>
            {
                if (i % 10 == 0)
                {
                    run.LogMetric("score", i / 100.0);
                }

                return Task.CompletedTask;
            });
            if (i == 128)
            {
                Assert.That(await tracker.SearchRunsAsync(new RunQuery { Experiments = ["many"] }).CountAsync(),
                    Is.EqualTo(128)); // compacts the summaries into a table
            }
        }
    }

    /// <summary>Marks the content of the deleted versions, needs one of it again, begins to delete another, and deletes more records.</summary>
    private async Task AddGarbageAsync(ServiceProvider services)
    {
        var (registry, datasets) = (services.GetRequiredService<IModelRegistry>(), services.GetRequiredService<IDatasetStore>());
        _clock.Advance(TimeSpan.FromDays(2));
        await services.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync();
        Tick();
        await registry.RegisterAsync("churn", new ModelRegistration { Format = "mlnet", Files = [Write("model.zip", "weights 5")] });
        var notice = ArtifactPath.Parse($"gc/condemned/{Sha256Digest.Of("the third version"u8)}.json");
        await _store.WriteTextAsync(notice, (await _store.ReadTextAsync(notice)).Replace("\"condemned\"", "\"executing\"", StringComparison.Ordinal),
            new ArtifactWriteOptions { ContentType = "application/json" });
        Tick();
        await registry.RegisterAsync("gone", new ModelRegistration { Format = "onnx", Files = [Write("model.onnx", "gone weights")] });
        await registry.DeleteModelAsync("gone", "unused", actor: "carol");
        await datasets.SnapshotStreamAsync("gone", Text("gone rows"), "rows.txt");
        await datasets.ChangeAsync("gone", new DatasetChange { Delete = true, Reason = "unused", Actor = "carol" });
    }

    /// <summary>Changes one letter of the second event, or of the first if there is no third.</summary>
    private async Task FlipAsync(string folder)
    {
        var path = EventOf(folder, await _store.FindAsync(EventOf(folder, 3)) is null ? 1 : 2);
        var text = await _store.ReadTextAsync(path);
        await _store.WriteTextAsync(path, text.Replace("\"actor\":\"", "\"actor\":\"x", StringComparison.Ordinal),
            new ArtifactWriteOptions { ContentType = "application/json" });
    }

    private Task RemoveAsync(string folder) => _store.DeleteAsync(EventOf(folder, 2));

    /// <summary>Exchanges the second and the third event.</summary>
    private async Task MoveAsync(string folder)
    {
        var (second, third) = (await _store.ReadTextAsync(EventOf(folder, 2)), await _store.ReadTextAsync(EventOf(folder, 3)));
        await _store.WriteTextAsync(EventOf(folder, 2), third, new ArtifactWriteOptions { ContentType = "application/json" });
        await _store.WriteTextAsync(EventOf(folder, 3), second, new ArtifactWriteOptions { ContentType = "application/json" });
    }

    private async Task<string[]> ListFoldersAsync(string folder) => await _store.ListAsync(ArtifactPath.Parse(folder))
        .Select(entry => string.Join('/', entry.Path.ToString().Split('/')[..4])).Distinct().ToArrayAsync();
}
