using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Monitoring;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Registry;
using MlOps.Serving;

namespace MlOps.Guides;

/// <summary>Runs the code blocks of the README of the monitoring with a model that is trained here.</summary>
public sealed class MonitoringGuideTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-monitoring-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_served_model_is_monitored_from_the_baseline_to_the_report()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["MlOps:Storage:LocalDisk:Root"] = Path.Combine(_folder, "store");
        builder.Configuration["MlOps:Serving:CacheFolder"] = Path.Combine(_folder, "cache");
        builder.Configuration["MlOps:Models:houses:Start"] = "Lazy";
        builder.Configuration["MlOps:Models:houses:Monitoring:Log:SampleRate"] = "1";
        builder.Services.AddMlOps(builder.Configuration).AddMLNetModels().AddModel<House, Estimate>("houses").AddMonitoring();
        using var host = builder.Build();
        await host.StartAsync();
        await TrainAsync(host.Services.GetRequiredService<IModelRegistry>(), _folder);
        var model = host.Services.GetRequiredService<IModel<House, Estimate>>();
        var monitor = host.Services.GetRequiredService<IModelMonitor>();

        var html = await ReportAsync(model, monitor);
        var (rows, exported) = await ReuseAsync(monitor, TimeProvider.System.GetUtcNow());

        Assert.That(html, Does.Contain("houses").And.Contain("mae"));
        Assert.That((rows, exported), Is.EqualTo(("1 predictions", true)));
        await host.StopAsync();
    }

    [Test]
    public async Task A_change_of_the_relation_of_two_features_is_found_by_the_classifier()
    {
        await using var services = new ServiceCollection().AddMlOps().AddMLNetModels().Services.BuildServiceProvider();
        var (classifier, random) = (services.GetRequiredService<IRowClassifier>(), new Random(1));
        IRowSource Draw(int sign) => RowSource.From(Enumerable.Range(0, 2_000).Select(_ => random.NextDouble() - 0.5)
            .Select(x => new { X = x, Y = (sign * x) + (0.1 * random.NextDouble()) }).ToList());
        var (reference, current) = (Draw(1), Draw(-1));

        var together = await ClassifierDrift.CompareAsync(classifier, reference, current);
        Console.WriteLine($"AUC {together.Auc:0.00}: {together.Reason}");

        var same = await ClassifierDrift.CompareAsync(classifier, Draw(1), Draw(1));
        Assert.That((together.Verdict, same.Verdict), Is.EqualTo((DriftVerdict.Drifted, DriftVerdict.Stable)));
    }

    [Test]
    public async Task Rows_with_other_columns_are_refused_by_the_classifier()
    {
        await using var services = new ServiceCollection().AddMlOps().AddMLNetModels().Services.BuildServiceProvider();
        var (reference, current) = (RowSource.From([new { Size = 1.0 }]), RowSource.From([new { size = "1" }]));

        Assert.That(
            () => ClassifierDrift.CompareAsync(services.GetRequiredService<IRowClassifier>(), reference, current),
            Throws.ArgumentException.With.Message.Contains("'Size' (number)").And.Message.Contains("'size' (text)"));
    }

    [Test]
    public async Task A_calibrated_baseline_is_read_again()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 500).Select(_ => random.NextDouble())
            .Select(p => new { PredictedLabel = p >= 0.5 ? 1 : 0, Probability = p, Label = random.NextDouble() < p ? 1 : 0 }).ToList();
        var (scored, options) = (RowSource.From(rows), new QualityOptions());
        var baseline = await Baseline.CreateAsync(scored.Select("Probability"), scored.Without("Label"));

        baseline = await baseline.CalibrateAsync(scored, options);

        baseline.Write(_folder);
        Assert.That((await Baseline.ReadFolderAsync(_folder))!.IsCalibrated);
    }

    private async Task<string> ReportAsync(IModel<House, Estimate> model, IModelMonitor monitor)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder;
        try
        {
            var prediction = await model.PredictAsync(new House { Size = 120 });

            // Days later, in any process:
            await monitor.RecordOutcomeAsync("houses", prediction.Id, 350_000);
            var report = await monitor.CreateReportAsync("houses");
            await File.WriteAllTextAsync("houses.html", report.ToHtml());

            await File.WriteAllTextAsync("outcomes.csv", $"prediction_id,actual\n{prediction.Id},360000\n");
            var import = await monitor.ImportOutcomesAsync("houses", await TableRows.OpenFileAsync("outcomes.csv"));
            Assert.That((import.Recorded, import.Faults.Count), Is.EqualTo((1, 0)));

            return await File.ReadAllTextAsync("houses.html");
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private async Task<(string Rows, bool IsExported)> ReuseAsync(IModelMonitor monitor, DateTimeOffset now)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder;
        try
        {
            var (from, until) = (now.AddDays(-1), now.AddDays(1));
            var files = await monitor.ExportPredictionsAsync("houses", from, until, "exported");
            var recent = await monitor.CreateDatasetAsync("houses", "houses-recent", from, until);
            return (recent.Description![..13], files >= 2 && Directory.EnumerateFiles("exported", "*.parquet", SearchOption.AllDirectories).Any());
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static async Task TrainAsync(IModelRegistry registry, string folder)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(50, 150).Select(static size => new Sale { Size = size, Price = size * 3_000 }).ToList());
        var pipeline = ml.Transforms.Concatenate("Features", nameof(Sale.Size)).Append(ml.Regression.Trainers.Sdca(nameof(Sale.Price)));
        var trained = pipeline.Fit(data);
        ml.Model.Save(trained, data.Schema, Path.Combine(folder, "houses.zip"));

        var inputs = data.ToRows().Select("Size");
        var outputs = trained.Transform(data).ToRows().Select("Score");
        var baseline = await Baseline.CreateAsync(inputs, outputs);
        var file = baseline.Write(folder); // add the file to ModelRegistration.Files

        var version = await registry.RegisterAsync(
            "houses", new ModelRegistration { Format = "mlnet", Files = [Path.Combine(folder, "houses.zip"), file] });
        await registry.SetAliasAsync("houses", "production", version.Number);
    }

    private sealed class Sale
    {
        public float Size { get; set; }

        public float Price { get; set; }
    }

    private sealed class House
    {
        public float Size { get; set; }
    }

    private sealed class Estimate
    {
        [Feature("Score")]
        public float Price { get; set; }
    }
}
