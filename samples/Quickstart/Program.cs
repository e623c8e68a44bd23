using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Registry;
using Spectre.Console;

// Settings and data lie beside the program; --environment S3 or --environment Azure reads appsettings.S3.json or appsettings.Azure.json on top.
var here = AppContext.BaseDirectory;
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = here });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage().AddLocalDiskStorage("Archive").AddTabularDatasets();
using var host = builder.Build();
await host.StartAsync();

var provider = builder.Configuration["MlOps:Storage:Provider"]!;
if (builder.Configuration["MigrateTo"] is { } target)
{
    // All of it, to another store: only what is not there yet, bytes before the facts that name them, each verified.
    var report = await host.Services.GetArtifactMigrator(provider, target).RunAsync();
    AnsiConsole.MarkupLineInterpolated($"[bold]{provider}[/] to [bold]{target}[/]: {report}");
    return report.IsComplete ? 0 : 1;
}

AnsiConsole.MarkupLineInterpolated($"Everything is kept in [bold]{provider}[/].\n");

// 1. Data: a version is immutable, verified, and costs only what is new in it.
var datasets = host.Services.GetRequiredService<IDatasetStore>();
foreach (var (name, path) in new[] { ("flights", "flights-20k.csv"), ("weather", "seattle-weather.csv"), ("iris", "iris") })
{
    var version = await datasets.SnapshotAsync(name, Path.Combine(here, "data", path));
    var tables = (await datasets.OpenAsync(version.Reference)).Tables;
    AnsiConsole.MarkupLineInterpolated(
        $"Dataset [bold]{version.Reference}[/]: {version.FileCount} file(s), {version.TotalSize:N0} bytes, {tables.Sum(static table => table.Profile?.Rows ?? 0):N0} rows, digest {version.Digest.ToString()[..12]}…");
}

// 2. Models: three candidates, each with what was measured, what it takes and gives, and what it was trained on.
var iris = (await datasets.FindAsync("iris"))!.Newest!.Reference;
var registry = host.Services.GetRequiredService<IModelRegistry>();
var commit = typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[^1];
var sepal = await RegisterAsync("sepal", 0.8167, "the two sepal measurements");
var all = await RegisterAsync("all", 0.9333, "all four measurements");
var petal = await RegisterAsync("petal", 0.95, "the two petal measurements");

// 3. Promotion: the gates of 'production' are settings, in appsettings.json.
await PromoteAsync(sepal);
await PromoteAsync(all);
await registry.ApproveAsync("iris", all.Number, by: "grace", comment: "Errors reviewed.");
await PromoteAsync(all);
await registry.ApproveAsync("iris", petal.Number, by: "grace");
await PromoteAsync(petal);

// 4. Rolling back asks no gate: it has to work at night.
var model = await registry.RollBackAsync("iris", "production", reason: "Complaints since the switch.", by: "operator");
AnsiConsole.MarkupLineInterpolated($"Rolled back: production is version [bold]{model.Aliases["production"].Version}[/] again.\n");

// 5. What a service loads: verified files of whatever version the alias names.
var restored = Directory.CreateTempSubdirectory("quickstart-");
await (await registry.OpenAsync(model.Get("production"))).RestoreAsync(restored.FullName);
AnsiConsole.MarkupLineInterpolated($"Restored and verified: {string.Join(", ", restored.GetFiles().Select(static file => $"{file.Name} ({file.Length} bytes)"))}.");
restored.Delete(recursive: true);
await foreach (var version in registry.FindTrainedOnAsync(iris))
{
    AnsiConsole.MarkupLineInterpolated($"Trained on {iris}: {version.Model} version {version.Number}, accuracy {version.Metrics["accuracy"]:0.0000}");
}

// 6. The model card, rendered from the facts, and who did what, when and why.
AnsiConsole.Write(new Panel(Markup.Escape(await registry.RenderCardAsync("iris", "production"))).Header("model card").Expand());
var history = new Table().AddColumns("#", "who", "what", "version", "alias", "why").Border(TableBorder.Rounded);
await foreach (var fact in registry.ReadHistoryAsync("iris"))
{
    history.AddRow($"{fact.Sequence}", Markup.Escape(fact.Actor), $"{fact.Kind}", $"{fact.Version}", fact.Alias ?? "", Markup.Escape(fact.Reason ?? ""));
}

AnsiConsole.Write(history);
AnsiConsole.MarkupLine("Now copy all of it to another store: [bold]dotnet run --project samples/Quickstart -- --MigrateTo Archive[/]");
return 0;

async Task<ModelVersion> RegisterAsync(string features, double accuracy, string trainedOn)
{
    var version = await registry.RegisterAsync("iris", new ModelRegistration
    {
        Format = "onnx",
        Files = [Path.Combine(here, "models", $"iris_{features}.onnx")],
        Description = $"Tells three species of iris apart by {trainedOn}: multinomial logistic regression.",
        IntendedUse = "Flowers measured in cm by hand. Not for other species.",
        Signature = new ModelSignature
        {
            Inputs = [new ModelFeature { Name = "features", Type = FeatureType.Float32, Shape = [null, 4], Minimum = 0, Maximum = 10 }],
            Outputs =
            [
                new ModelFeature { Name = "label", Type = FeatureType.Int64, Shape = [null] },
                new ModelFeature { Name = "probabilities", Type = FeatureType.Float32, Shape = [null, 3], Minimum = 0, Maximum = 1 },
            ],
        },
        Examples =
        [
            new GoldenExample
            {
                Inputs = new JsonObject { ["features"] = new JsonArray(new JsonArray(5.0, 3.5, 1.3, 0.3)) },
                Outputs = new JsonObject { ["label"] = new JsonArray(0) },
            },
        ],
        Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy },
        Parameters = new Dictionary<string, string> { ["features"] = features },
        Lineage = new ModelLineage { Datasets = [iris], GitCommit = commit },
        Author = "ada",
    });
    AnsiConsole.MarkupLineInterpolated($"Registered [bold]{version.Model}[/] version [bold]{version.Number}[/] ({features}), accuracy {accuracy.ToString("0.0000", CultureInfo.InvariantCulture)}.");
    return version;
}

async Task PromoteAsync(ModelVersion version)
{
    try
    {
        await registry.SetAliasAsync("iris", "production", version.Number, reason: "Better than what we have.", by: "ada");
        AnsiConsole.MarkupLineInterpolated($"[green]Promoted[/]: production is version {version.Number}.");
    }
    catch (PromotionRefusedException refused)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]Refused[/]: version {version.Number}: {string.Join("; ", refused.FailedGates)}.");
    }
}
