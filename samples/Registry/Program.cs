using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Registry;

// Registers versions of a model, promotes them through a gate, and rolls back.
// A service has the settings of the gate in appsettings.json.
var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Logging:LogLevel:Default"] = "Warning";
builder.Configuration["MlOps:Registry:Aliases:production:Metrics:auc:AtLeast"] = "0.9";
builder.Configuration["MlOps:Registry:Aliases:production:Metrics:auc:MaxDecrease"] = "0.01";
builder.Services.AddMlOps(builder.Configuration);
using var host = builder.Build();
var registry = host.Services.GetRequiredService<IModelRegistry>();

// The registry stores the files of any format. This sample needs no real model.
var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "model.onnx");
await File.WriteAllTextAsync(file, "Replace this file with your model.");

foreach (var auc in new[] { 0.92, 0.85, 0.95 })
{
    var version = await registry.RegisterAsync("churn", new ModelRegistration
    {
        Format = "onnx",
        Files = [file],
        Metrics = new Dictionary<string, double> { ["auc"] = auc },
    });
    try
    {
        await registry.SetAliasAsync("churn", "production", version.Number, reason: $"AUC {auc}");
        Console.WriteLine($"Version {version.Number} is in production.");
    }
    catch (PromotionRefusedException exception)
    {
        Console.WriteLine($"Version {version.Number} is refused: {string.Join("; ", exception.FailedGates)}");
    }
}

// A rollback evaluates no gate.
await registry.RollBackAsync("churn", "production", reason: "complaints");
var production = await registry.GetVersionAsync("churn", "production");
Console.WriteLine($"Version {production.Number} is in production again.");

await foreach (var good in registry.SearchAsync("metrics.auc > 0.9"))
{
    Console.WriteLine($"Found: {good.Model} version {good.Number}, AUC {good.Metrics["auc"]}");
}

await foreach (var change in registry.ReadHistoryAsync("churn"))
{
    var reason = change.Reason is null ? "" : $" ({change.Reason})";
    Console.WriteLine($"{change.Time:u} {change.Actor}: {change.Kind}{reason}");
}
