using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Reports;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;
using Spectre.Console;

// The whole way of a model in one program: data, training as a tracked run, gates, promotion, serving, metrics, and the same run again.
// --environment S3 or Azure keeps everything there; --L2 1 trains with another setting; --Data <file> on other days; --MigrateTo Archive copies all of it.
var here = AppContext.BaseDirectory;
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = here });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMlOps(builder.Configuration)
    .AddS3Storage().AddAzureBlobStorage().AddLocalDiskStorage("Archive").AddTabularDatasets()
    .AddMLNetModels().AddModel<WeatherModel.Day, WeatherModel.Forecast>("weather");
using var host = builder.Build();
await host.StartAsync();

var provider = builder.Configuration["MlOps:Storage:Provider"] ?? LocalDiskStorageOptions.DefaultKey;
if (builder.Configuration["MigrateTo"] is { } target)
{
    // All of it, to another store: only what is not there yet, bytes before the facts that name them, each verified.
    var report = await host.Services.GetArtifactMigrator(provider, target).RunAsync();
    AnsiConsole.MarkupLineInterpolated($"[bold]{provider}[/] to [bold]{target}[/]: {report}");
    return report.IsComplete ? 0 : 1;
}

AnsiConsole.MarkupLineInterpolated($"Everything is kept in [bold]{host.Services.GetRequiredService<IArtifactStore>()}[/].");
var tracker = host.Services.GetRequiredService<IExperimentTracker>();
var registry = host.Services.GetRequiredService<IModelRegistry>();
var l2 = builder.Configuration["L2"]!;

Title("1. Data: a version is immutable, verified, and costs only what is new in it");
var datasets = host.Services.GetRequiredService<IDatasetStore>();
var data = await datasets.SnapshotAsync("weather", builder.Configuration["Data"] ?? Path.Combine(here, "data", "seattle-weather.csv"));
var days = (await datasets.OpenAsync(data.Reference)).Tables.Sum(static table => table.Profile?.Rows ?? 0);
AnsiConsole.MarkupLineInterpolated($"Dataset [bold]{data.Reference}[/]: {days:N0} days in Seattle, {data.TotalSize:N0} bytes, digest {data.Digest.ToString()[..12]}…");

Title("2. A run: validate, train, evaluate, gate, register, promote");
var workflow = new StandardWorkflow
{
    Model = "weather",
    Datasets = [data.Reference],
    Parameters = new Dictionary<string, string> { ["l2"] = l2 },
    Validate = ValidateAsync,
    Train = TrainAsync,
    Evaluate = EvaluateAsync,
    Gates = new Dictionary<string, MetricBounds> { ["accuracy"] = new(AtLeast: 0.75) },
    Describe = DescribeAsync,
    Alias = "production",
}.ToWorkflow(registry);
var run = await tracker.RunAsync("seattle-weather", new RunStart { Actor = "ada", Seed = 1 }, async (run, token) =>
{
    var result = await host.Services.GetRequiredService<IWorkflowRunner>().RunAsync(workflow, run, cancellationToken: token);
    foreach (var step in result.Steps)
    {
        var what = step.Status == StepStatus.Restored ? $"restored from an earlier run in {step.Duration.TotalSeconds:0.00} s; nothing it depends on has changed" : $"{step.Status.ToString().ToLowerInvariant()} in {step.Duration.TotalSeconds:0.00} s";
        AnsiConsole.MarkupLineInterpolated($"  [bold]{step.Step.Name,-9}[/] {what}{((step.Outputs.StopReason ?? step.Reason) is { } reason ? $": {reason}" : "")}");
    }
});
AnsiConsole.MarkupLineInterpolated($"Run [bold]{run.Name}[/] {run.Status.ToString().ToLowerInvariant()} after {(run.Ended - run.Started)!.Value.TotalSeconds:0.0} s: accuracy {run.Metrics["accuracy"]:0.000}, commit {run.GitCommit?[..8] ?? "none"}, {run.ArtifactCount} artifacts.");

Title("3. Every run can be found, compared and repeated");
var trained = await tracker.SearchRunsAsync(new RunQuery { Experiments = ["seattle-weather"], Filter = "metrics.`training/loss` > 0", OrderBy = ["started"] }).FirstAsync();
await ShowLossAsync(trained);
var reproduction = await host.Services.GetRequiredService<IRunReproducer>().ReproduceAsync(trained.Id, RepeatAsync);
AnsiConsole.MarkupLineInterpolated($"The first run, {trained.Name}, done again with its own data, seed and parameters: {(reproduction.Agrees ? "the same comes out" : "something else comes out")} ({reproduction.Metrics.Count} metrics compared).");
foreach (var difference in await host.Services.GetRequiredService<IRunReproducer>().CheckAsync(trained.Id, run.Parameters, run.Seed))
{
    AnsiConsole.MarkupLineInterpolated($"  [yellow]different now[/]: {difference}");
}

var runs = await tracker.SearchRunsAsync(new RunQuery { Experiments = ["seattle-weather"], Take = 5 }).ToListAsync();
await File.WriteAllTextAsync("quickstart-runs.html", (await tracker.CompareAsync([.. runs.Select(static run => run.Id)])).ToHtml());
AnsiConsole.MarkupLineInterpolated($"The last {runs.Count} runs side by side, with their curves: [link]{Path.GetFullPath("quickstart-runs.html")}[/]");

Title("4. What is in production, and why");
var production = (await registry.FindAsync("weather"))!;
foreach (var (name, alias) in production.Aliases)
{
    var version = production.Get(name);
    AnsiConsole.MarkupLineInterpolated($"[bold]{name}[/] is version {alias.Version} of {production.Versions.Count}: accuracy {version.Metrics["accuracy"]:0.000}, from run {version.Lineage.RunId?[..8]} on {string.Join(", ", version.Lineage.Datasets)}.");
}

Title("5. Served in this process");
var model = host.Services.GetRequiredService<IModel<WeatherModel.Day, WeatherModel.Forecast>>();
var forecasts = new Table().AddColumns("rain mm", "°C", "wind m/s", "forecast", "sure", "version").Border(TableBorder.Rounded);
foreach (var (rain, high, low, wind) in new[] { (0f, 31f, 18f, 2.2f), (14f, 9f, 5f, 5f), (7f, 1f, -3f, 4f), (0f, 8f, 3f, 1.5f) })
{
    var prediction = await model.PredictAsync(new WeatherModel.Day { Precipitation = rain, TempMax = high, TempMin = low, Wind = wind }, new WeatherModel.Forecast());
    forecasts.AddRow(Invariant($"{rain}"), Invariant($"{low} to {high}"), Invariant($"{wind}"), prediction.Output.Weather, Invariant($"{prediction.Output.Probabilities.Max():P0}"), Invariant($"{prediction.Version.Number}"));
}

AnsiConsole.Write(forecasts);
for (var i = 0; i < 1_000; i++)
{
    await model.PredictAsync(new WeatherModel.Day { Precipitation = i % 20, TempMax = i % 30, TempMin = i % 15, Wind = i % 8 }, new WeatherModel.Forecast());
}

Title("6. Every number took one path to the sinks that appsettings.json names");
await host.StopAsync(); // delivers what is on its way
var lines = await JsonLinesMetrics.ReadAsync(builder.Configuration["MlOps:Metrics:Sinks:JsonLines:Path"]!).ToListAsync();
var stored = await MetricsArchive.ReadAsync(host.Services.GetRequiredService<IArtifactStore>()).CountAsync();
foreach (var metric in new[] { "training/loss", "accuracy", "mlops.model.predictions", "mlops.model.prediction.duration" })
{
    var points = lines.Where(point => point.Series.Name == metric).ToList();
    AnsiConsole.MarkupLineInterpolated($"  {metric,-32} {points.Count,6:N0} points, the last {(points.Count > 0 ? points[^1].Value : double.NaN):0.######} {points.LastOrDefault().Series?.Unit}");
}

AnsiConsole.MarkupLineInterpolated($"{lines.Count:N0} points as lines of JSON, {stored:N0} in the store. Run it again: what has not changed is restored. Then with [bold]-- --L2 10[/], or copy all of it: [bold]-- --MigrateTo Archive[/]");
return 0;

static void Title(string text) => AnsiConsole.MarkupLineInterpolated($"\n[bold blue]{text}[/]");

static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

async Task<string> RestoreDataAsync(StepContext context, CancellationToken token)
{
    var folder = Path.Combine(Path.GetTempPath(), $"quickstart-{data.Digest}");
    await context.GetDataset("weather").RestoreAsync(folder, cancellationToken: token);
    return folder;
}

Task ValidateAsync(StepContext context, CancellationToken token)
{
    var columns = context.GetDataset("weather").Tables.Single().Profile!.Columns;
    if (columns.FirstOrDefault(static column => column.Nulls > 0) is { } column)
    {
        context.Stop($"{column.Nulls} values of {column.Name} are missing");
    }

    return Task.CompletedTask;
}

async Task TrainAsync(StepContext context, CancellationToken token)
{
    var folder = await RestoreDataAsync(context, token);
    await AnsiConsole.Status().StartAsync("training", status =>
    {
        var progress = new Progress<TrainingStep>(step =>
            status.Status(string.Join(", ", step.Metrics.Select(static metric => Invariant($"{metric.Key} {metric.Value:0.0000}")).Prepend(Invariant($"iteration {step.Step}")))));
        var trained = WeatherModel.Train(context.Run, folder, context.Parameters["l2"], progress);
        var ml = new MLContext();
        ml.Model.Save(trained, WeatherModel.Load(ml, folder).Schema, Path.Combine(context.Folder, "model.zip"));
        return Task.CompletedTask;
    });
}

async Task EvaluateAsync(StepContext context, CancellationToken token)
{
    var trained = new MLContext().Model.Load(Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), "model.zip"), out _);
    context.SetMetric("accuracy", await WeatherModel.EvaluateAsync(context.Run, await RestoreDataAsync(context, token), trained, token));
}

async Task<ModelRegistration> DescribeAsync(StepContext context, CancellationToken token)
{
    var registration = new MLNetRegistration
    {
        Description = "Tells what the weather of a day in Seattle was: multinomial logistic regression on four measurements.",
        IntendedUse = "Days in Seattle. Not for other places.",
    };
    var folder = Path.Combine(Path.GetTempPath(), $"quickstart-{data.Digest}");
    await (await datasets.OpenAsync(data.Reference, token)).RestoreAsync(folder, cancellationToken: token);
    return await registration.DescribeAsync(Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), "model.zip"), WeatherModel.Load(new MLContext(), folder), token);
}

async Task RepeatAsync(RecordedTraining recorded, CancellationToken token)
{
    var folder = recorded.GetData("weather");
    var trained = WeatherModel.Train(recorded.Run, folder, recorded.GetParameter<string>("train.l2"));
    recorded.Run.LogMetric("accuracy", await WeatherModel.EvaluateAsync(recorded.Run, folder, trained, token));
}

async Task ShowLossAsync(Run run)
{
    var losses = await (await tracker.OpenRunAsync(run)).ReadMetricsAsync("training/loss").Select(static point => point.Value).ToListAsync();
    var (least, greatest) = (losses.Min(), losses.Max());
    var curve = string.Concat(losses.Select(loss => "▁▂▃▄▅▆▇█"[(int)Math.Round(7 * (loss - least) / Math.Max(greatest - least, 1e-12))]));
    AnsiConsole.MarkupLineInterpolated($"Loss in {losses.Count} iterations of {run.Name}: {greatest:0.000} [blue]{curve}[/] {least:0.000}");
}
