using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Metrics;
using MlOps.Serving;
using MlOps.Storage;

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
        var datasets = new DatasetStore(new InMemoryArtifactStore());
        Directory.CreateDirectory("data/flights");
        await File.WriteAllTextAsync("data/flights/january.csv", "1\n");
        await datasets.SnapshotAsync("flights", "data/flights");
        await File.WriteAllTextAsync("data/flights/february.csv", "2\n");

        var version = await datasets.SnapshotAsync("flights", "data/flights");     // IDatasetStore: a file or folder becomes flights/1
        var contents = await datasets.OpenAsync(version.Reference);
        await contents.RestoreAsync("restored");                                    // the same bytes, verified
        var status = await contents.CompareAsync("data/flights");                   // added, removed, changed since
        Console.Write(await datasets.DiffAsync(new("flights", 1), new("flights", 2)));

        Assert.That(status.IsUnchanged, Is.True);
        Assert.That("restored/february.csv", Does.Exist);
    }

    [Test]
    public async Task A_metric_is_recorded()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();
        var recorder = services.GetRequiredService<IMetricsRecorder>();

        var loss = recorder.GetMetric("train/loss", "nats");      // IMetricsRecorder; keep the metric
        loss.Record(0.25, step: 7);

        Assert.That(loss, Is.SameAs(recorder.GetMetric("train/loss", "nats")));
    }

    [Test]
    public async Task A_served_model_is_a_parameter_of_an_endpoint()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddMlOps(builder.Configuration).AddOnnxModels().AddModel<Customer, Churn>("churn");
        await using var app = builder.Build();

        app.MapPost("/churn", (Customer customer, IModel<Customer, Churn> model) => model.Predict(customer).Output);

        Assert.That(((IEndpointRouteBuilder)app).DataSources.Single().Endpoints, Has.Count.EqualTo(1));
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
