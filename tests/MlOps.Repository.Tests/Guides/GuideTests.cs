using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Guides;

/// <summary>Runs the short code blocks of the documentation that no other test contains.</summary>
[NonParallelizable]
public sealed class GuideTests
{
    private DirectoryInfo _folder = null!;
    private string _before = "";

    [SetUp]
    public void EnterFolder()
    {
        _before = Environment.CurrentDirectory;
        _folder = Directory.CreateTempSubdirectory("mlops-guides-");
        Environment.CurrentDirectory = _folder.FullName;
    }

    [TearDown]
    public void LeaveFolder()
    {
        Environment.CurrentDirectory = _before;
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task The_package_registers_every_service()
    {
        var builder = WebApplication.CreateBuilder();

        builder.Services.AddMlOps(builder.Configuration);

        await using var services = builder.Services.BuildServiceProvider();
        Assert.That(services.GetService<IDatasetStore>(), Is.Not.Null);
    }

    [Test]
    public async Task A_setting_selects_Amazon_S3()
    {
        var (services, configuration) = (new ServiceCollection(), Settings(("Provider", "S3"), ("S3:Bucket", "acme-ml"), ("S3:Region", "eu-central-1")));

        services.AddMlOps(configuration).AddS3Storage();

        await using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IArtifactStore>().GetService<S3ArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task A_setting_selects_Azure_Blob_Storage()
    {
        var (services, configuration) = (
            new ServiceCollection(),
            Settings(("Provider", "AzureBlob"), ("AzureBlob:Container", "acme-ml"), ("AzureBlob:ServiceUri", "https://acme.blob.core.windows.net")));

        services.AddMlOps(configuration).AddAzureBlobStorage();

        await using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IArtifactStore>().GetService<AzureBlobArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task Datasets_are_stored_restored_and_compared()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var datasets = services.GetRequiredService<IDatasetStore>();
        Directory.CreateDirectory("data/flights");
        await File.WriteAllTextAsync("data/flights/january.csv", "1\n");
        await datasets.SnapshotAsync("flights", "data/flights");
        await File.WriteAllTextAsync("data/flights/february.csv", "2\n");

        var version = await datasets.SnapshotAsync("flights", "data/flights");     // a file or folder becomes the next version of 'flights'
        var contents = await datasets.OpenAsync(version.Reference);
        await contents.RestoreAsync("restored");                                    // the same bytes, verified
        var status = await contents.CompareAsync("data/flights");                   // files that were added, removed or changed since
        Console.Write(await datasets.DiffAsync(new("flights", 1), new("flights", 2)));

        Assert.That(status.IsUnchanged, Is.True);
        Assert.That(File.Exists("restored/february.csv"), Is.True);
    }

    [Test]
    public async Task A_metric_is_recorded()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var recorder = services.GetRequiredService<IMetricsRecorder>();

        var loss = recorder.GetMetric("train/loss", "nats");
        loss.Record(0.25, step: 7);

        Assert.That(loss, Is.SameAs(recorder.GetMetric("train/loss", "nats")));
    }

    [Test]
    public async Task A_store_is_verified_and_cleaned_up()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var maintenance = services.GetRequiredService<IStoreMaintenance>();
        await services.GetRequiredService<IExperimentTracker>().RunAsync("iris", new RunStart(), static (_, _) => Task.CompletedTask);

        var report = await maintenance.VerifyAsync();
        var garbage = await maintenance.CollectGarbageAsync(new GarbageCollectionOptions
        {
            DryRun = true,
            RunRetention = new RetentionRule { Last = 100, Age = TimeSpan.FromDays(90) },
            MetricRetention = TimeSpan.FromDays(365),
        });

        Assert.That(report.Faults, Is.Empty);
        Assert.That(garbage.Removed, Is.Empty);
    }

    [Test]
    public async Task A_store_is_copied_to_another_store()
    {
        await using (var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider())
        {
            await services.GetRequiredService<IArtifactStore>().WriteTextAsync(ArtifactPath.Parse("notes.txt"), "text");
        }

        var builder = Host.CreateApplicationBuilder();

        builder.Services.AddMlOps(builder.Configuration).AddLocalDiskStorage("archive", options => options.Root = "mlops-archive");
        using var host = builder.Build();

        var report = await host.Services.GetArtifactMigrator("LocalDisk", "archive").RunAsync();
        Console.Write(report);

        Assert.That((report.IsComplete, Directory.Exists("mlops-archive/objects")), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Changes_of_records_have_a_history()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var (registry, experiments) = (services.GetRequiredService<IModelRegistry>(), services.GetRequiredService<IExperimentStore>());
        await registry.CreateAsync("churn");

        await foreach (var change in registry.ReadHistoryAsync("churn"))
        {
            Console.WriteLine($"{change.Time:u} {change.Actor}: {change.Kind} {change.Reason}");
        }

        await experiments.DescribeAsync("iris", "Classifies iris flowers.", reason: "documented");
        await experiments.TagAsync("iris", "team", "research");
        await experiments.DeleteAsync("iris", reason: "replaced by iris-2");
        await experiments.RestoreAsync("iris");

        Assert.That(await experiments.ReadHistoryAsync("iris").CountAsync(), Is.EqualTo(4));
    }

    [Test]
    public async Task A_registered_version_is_promoted_found_and_rolled_back()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        var version = await RegisterAsync(services.GetRequiredService<IDatasetStore>(), registry);

        await registry.SetAliasAsync("churn", "production", version.Number, reason: "first version");
        Console.WriteLine(await registry.RenderCardAsync("churn", "production"));
        var good = await registry.SearchAsync("metrics.auc > 0.9 and datasets.customers = 1").ToListAsync();

        var next = await registry.RegisterAsync("churn", new ModelRegistration { Format = "onnx", Files = ["model.onnx"] });

        await registry.SetAliasAsync("churn", "production", next.Number, expectedVersion: version.Number, reason: "better on new customers");
        await registry.RollBackAsync("churn", "production", reason: "complaints");

        Assert.That(good.Single().Number, Is.EqualTo(version.Number));
        Assert.That((await registry.GetVersionAsync("churn", "production")).Number, Is.EqualTo(version.Number));
    }

    [Test]
    public async Task The_registration_of_the_guide_passes_the_gates_of_the_guide_after_an_approval()
    {
        var settings = Repository.Read("src", "MlOps.Core", "Registry", "README.md").Split("```json")[1].Split("```")[0];
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings))).Build();
        await using var services = new ServiceCollection().AddMlOps(configuration).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        var version = await RegisterAsync(services.GetRequiredService<IDatasetStore>(), registry);
        var refused = await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", version.Number));

        await registry.ApproveAsync("churn", version.Number, actor: "maria", comment: "Tested on new customers.");

        Assert.That(refused!.Message, Does.Contain("approvals").And.Not.Contain("model card"));
        Assert.That(() => registry.SetAliasAsync("churn", "production", version.Number), Throws.Nothing);
    }

    [Test]
    public async Task The_standard_workflow_promotes_a_model()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var (tracker, runner) = (services.GetRequiredService<IExperimentTracker>(), services.GetRequiredService<IWorkflowRunner>());
        var (registry, output, file) = (services.GetRequiredService<IModelRegistry>(), Console.Out, Path.GetFullPath("flowers.csv"));
        await File.WriteAllTextAsync(file, "5.1,setosa\n");

        var workflow = new StandardWorkflow
        {
            Model = "iris",
            Files = [file],
            Parameters = new Dictionary<string, string> { ["trees"] = "20" },
            Train = TrainAsync,
            Evaluate = EvaluateAsync,
            Gates = new Dictionary<string, MetricBounds> { ["accuracy"] = new() { AtLeast = 0.9 } },
            Describe = (context, token) => Task.FromResult(new ModelRegistration
            {
                Format = "onnx",
                Files = [Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), "model.onnx")],
            }),
            Alias = "production",
        };
        var run = await tracker.RunAsync("iris", new RunStart { Seed = 1 }, async (run, token) =>
            output.Write(await runner.RunAsync(workflow.ToWorkflow(registry), run, cancellationToken: token)));

        Assert.That(run.Status, Is.EqualTo(RunStatus.Finished));
        Assert.That((await registry.GetVersionAsync("iris", "production")).Metrics["accuracy"], Is.EqualTo(0.96));

        static Task TrainAsync(StepContext context, CancellationToken cancellationToken) =>
            File.WriteAllTextAsync(Path.Combine(context.Folder, "model.onnx"), context.Parameters["trees"], cancellationToken);

        static Task EvaluateAsync(StepContext context, CancellationToken cancellationToken)
        {
            context.SetMetric("accuracy", 0.96);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task The_first_program_of_the_readme_registers_a_model()
    {
        string[] args = [];

        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage();
        using var host = builder.Build();
        var registry = host.Services.GetRequiredService<IModelRegistry>();

        await File.WriteAllTextAsync("model.onnx", "Replace this file with your model.");
        var version = await registry.RegisterAsync("churn", new ModelRegistration
        {
            Format = "onnx",
            Files = ["model.onnx"],
            Metrics = new Dictionary<string, double> { ["auc"] = 0.91 },
        });
        await registry.SetAliasAsync("churn", "production", version.Number, reason: "first version");
        Console.WriteLine(await registry.RenderCardAsync("churn", "production"));

        Assert.That(Directory.Exists("mlops-data/objects"), Is.True);
    }

    [Test]
    public async Task A_served_model_is_a_parameter_of_an_endpoint()
    {
        var builder = WebApplication.CreateBuilder();

        var mlops = builder.Services.AddMlOps(builder.Configuration).AddOnnxModels();
        mlops.AddModel<Customer, Churn>("churn");

        await using var app = builder.Build();

        app.MapPost("/churn", (Customer customer, IModel<Customer, Churn> model) => model.Predict(customer).Output);

        Assert.That(((IEndpointRouteBuilder)app).DataSources.Single().Endpoints, Has.Count.EqualTo(1));
    }

    private static async Task<ModelVersion> RegisterAsync(IDatasetStore datasets, IModelRegistry registry)
    {
        await File.WriteAllTextAsync("customers.csv", "age,left\n40,1\n");
        await File.WriteAllTextAsync("model.onnx", "Replace this file with your model.");

        var customers = await datasets.SnapshotAsync("customers", "customers.csv");
        var version = await registry.RegisterAsync("churn", new ModelRegistration
        {
            Format = "onnx",
            Files = ["model.onnx"],
            Description = "Predicts whether a customer leaves.",
            IntendedUse = "Selects the customers who get an offer.",
            Signature = new ModelSignature
            {
                Inputs = [new ModelFeature { Name = "age", Type = FeatureType.Float32 }],
                Outputs = [new ModelFeature { Name = "score", Type = FeatureType.Float32 }],
            },
            Metrics = new Dictionary<string, double> { ["auc"] = 0.91 },
            Lineage = new ModelLineage { Datasets = [customers.Reference], GitCommit = "0123abc" },
        });
        return version;
    }

    private static IConfiguration Settings(params (string Key, string Value)[] storage) => new ConfigurationBuilder()
        .AddInMemoryCollection(storage.ToDictionary(static setting => $"MlOps:Storage:{setting.Key}", static setting => (string?)setting.Value)).Build();

    private sealed class Customer
    {
        public float Age { get; set; }
    }

    private sealed class Churn
    {
        public float Score { get; set; }
    }
}
