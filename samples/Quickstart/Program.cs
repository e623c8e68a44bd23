using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Metrics;
using MlOps.Monitoring;
using MlOps.Registry;
using MlOps.Reports;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

// Takes a model from data to production: dataset, tracked training, gate, promotion, reproduction, serving, monitoring and metrics.
//
// Options: --environment S3 or Azure   selects another store (appsettings.S3.json, appsettings.Azure.json)
//          --L2 10                     trains with another regularization; the model is worse and is not promoted
//          --Data <file>               trains on other data
//          --MigrateTo Archive         copies the store to the store "Archive" (also S3, AzureBlob)
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var settings = new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory };
var builder = Host.CreateApplicationBuilder(settings);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMlOps(builder.Configuration)
    .AddS3Storage().AddAzureBlobStorage().AddLocalDiskStorage("Archive")
    .AddTabularDatasets()
    .AddMLNetModels().AddModel<Day, Forecast>("weather").AddMonitoring();
using var host = builder.Build();
await host.StartAsync();

if (builder.Configuration["MigrateTo"] is { } target)
{
    var source = builder.Configuration["MlOps:Storage:Provider"]!;
    var report = await host.Services.GetArtifactMigrator(source, target).RunAsync();
    Display.Line($"Copied the store {source} to the store {target}.\n{report}");
    return report.IsComplete ? 0 : 1;
}

var store = host.Services.GetRequiredService<IArtifactStore>();
var datasets = host.Services.GetRequiredService<IDatasetStore>();
var tracker = host.Services.GetRequiredService<IExperimentTracker>();
var runner = host.Services.GetRequiredService<IWorkflowRunner>();
var reproducer = host.Services.GetRequiredService<IRunReproducer>();
var registry = host.Services.GetRequiredService<IModelRegistry>();
var model = host.Services.GetRequiredService<IModel<Day, Forecast>>();
Display.Line($"The store is {store}.");

Display.Title("1. Dataset: store the data as an immutable version");
var file = builder.Configuration["Data"] ?? Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv");
var data = await datasets.SnapshotAsync("weather", file);
Display.Line($"Dataset {data.Reference}: {data.TotalSize:N0} bytes, SHA-256 {data.Digest.ToString()[..12]}…");

Display.Title("2. Training: run a workflow and record it as a run");
var workflow = new StandardWorkflow
{
    Model = "weather",
    Datasets = [data.Reference],
    Parameters = new Dictionary<string, string> { ["l2"] = builder.Configuration["L2"]! },
    Validate = WeatherWorkflow.ValidateAsync,
    Train = WeatherWorkflow.TrainAsync,
    Evaluate = WeatherWorkflow.EvaluateAsync,
    Baseline = WeatherMonitoring.WriteBaselineAsync,
    Gates = new Dictionary<string, MetricBounds> { ["accuracy"] = new() { AtLeast = 0.8 } },
    Describe = async (context, token) =>
        await WeatherWorkflow.DescribeAsync(context, await datasets.OpenAsync(data.Reference, token), token),
    Alias = "production",
}.ToWorkflow(registry);
string? refusal = null;
Run run;
try
{
    run = await tracker.RunAsync("seattle-weather", new RunStart { Actor = "ada", Seed = 1 }, async (run, token) =>
    {
        var result = await runner.RunAsync(workflow, run, cancellationToken: token);
        Display.Steps(result);
        refusal = result.Steps.Select(step => step.Outputs.StopReason).FirstOrDefault(reason => reason is not null);
    });
}
catch (StepFailedException exception)
{
    Display.Line(exception.Message);
    return 1;
}

if (!run.Metrics.TryGetValue("accuracy", out var accuracy))
{
    Display.Line($"Run {run.Name}: {run.Status}, stopped before the evaluation");
    return 1;
}

Display.Line($"Run {run.Name}: {run.Status}, accuracy {accuracy:0.000}, commit {run.GitCommit ?? "none"}");

Display.Title("3. Reproduction: find the first training run and repeat it");
var query = new RunQuery
{
    Experiments = ["seattle-weather"],
    Filter = "metrics.`training/loss` > 0",
    OrderBy = ["started"],
};
var first = await tracker.SearchRunsAsync(query).FirstAsync();
await Display.LossAsync(first, await tracker.OpenRunAsync(first));
foreach (var difference in await reproducer.CheckAsync(first.Id, run.Parameters, run.Seed))
{
    Display.Line($"Difference to the current run: {difference}");
}

var reproduction = await reproducer.ReproduceAsync(first.Id, WeatherWorkflow.RepeatAsync);
Display.Line($"Repeated {first.Name} with its data, seed and parameters: "
    + $"{reproduction.Metrics.Count} metrics compared, " + (reproduction.Agrees ? "all are equal" : "some differ"));

var runs = await tracker.SearchRunsAsync(new RunQuery { Experiments = ["seattle-weather"], Take = 5 }).ToListAsync();
var comparison = await tracker.CompareAsync([.. runs.Select(run => run.Id)]);
await File.WriteAllTextAsync("quickstart-runs.html", comparison.ToHtml());
Display.Line($"Comparison of the last {runs.Count} runs: {Path.GetFullPath("quickstart-runs.html")}");

Display.Title("4. Registry: the version in production");
if (await registry.FindAsync("weather") is not { } registered)
{
    Display.Line("No version was promoted yet. Run the sample without --L2 first.");
    return 1;
}

var production = registered.Get("production");
Display.Line($"production is version {production.Number} of {registered.Versions.Count}: "
    + $"accuracy {production.Metrics["accuracy"]:0.000}, trained on {production.Lineage.Datasets[0]}");

Display.Title("5. Serving: predict with the version in production");
Day[] days =
[
    new() { Precipitation = 0, TempMax = 31, TempMin = 18, Wind = 2.2f },
    new() { Precipitation = 14, TempMax = 9, TempMin = 5, Wind = 5 },
    new() { Precipitation = 7, TempMax = 1, TempMin = -3, Wind = 4 },
];
foreach (var day in days)
{
    var prediction = await model.PredictAsync(day);
    Display.Forecast(day, prediction.Output, prediction.Version.Number);
}

Display.Title("6. Monitoring: serve the summer of 2015 with the model of 2012 to 2014");
var monitor = host.Services.GetRequiredService<IModelMonitor>();
var days2015 = Path.Combine(AppContext.BaseDirectory, "data", "seattle-weather.csv");
await WeatherMonitoring.ServeSummerAsync(model, monitor, days2015);

Display.Title("7. Metrics: values of training and serving in the sinks of appsettings.json");
await host.StopAsync(); // delivers the points that are still in memory
var folder = builder.Configuration["MlOps:Metrics:Sinks:JsonLines:Path"]!;
var points = await JsonLinesMetrics.ReadAsync(folder).ToListAsync();
string[] shown = ["training/loss", "accuracy", "mlops.model.predictions", "mlops.model.prediction.duration"];
foreach (var metric in points.GroupBy(point => point.Series.Name).Where(metric => shown.Contains(metric.Key)))
{
    Display.Line($"  {metric.Key,-34} {metric.Count(),5:N0} points, last value {metric.Last().Value:0.######}");
}

Display.Line($"Points in the store: {await MetricsArchive.ReadAsync(store).CountAsync():N0}");
Display.Title(refusal is null
    ? "Next: run it again (unchanged steps are restored), then with: -- --L2 10"
    : $"The new model was refused: {refusal}. Version {production.Number} remains in production.");
return 0;
