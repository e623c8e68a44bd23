using System.Globalization;
using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Monitoring;
using MlOps.Monitoring.Profiles;
using MlOps.Registry;
using MlOps.Serving;

// Monitors a model in a web service. The actual prices arrive days after the predictions.
// With --Demo true, the program sends 1,000 houses to itself, prints the report and ends.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var builder = WebApplication.CreateBuilder(args);
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["Logging:LogLevel:Default"] = "Warning",
    ["MlOps:Models:houses:Start"] = "Lazy",
    ["MlOps:Models:houses:Monitoring:Log:SampleRate"] = "1",           // log the features of all predictions
    ["MlOps:Models:houses:Monitoring:Alerts:RaiseAfter"] = "1",        // the demo has only one window
    ["MlOps:Models:houses:Monitoring:Alerts:Quality:mae:AtMost"] = "20000",
});
builder.Services.AddMlOps(builder.Configuration).AddMLNetModels().AddMonitoring().AddModel<House, Estimate>("houses");
var app = builder.Build();

app.MapPost("/predictions", async (House house, IModel<House, Estimate> model) =>
    await model.PredictAsync(house) is var prediction ? new Answer(prediction.Id, prediction.Output.Price) : null);
app.MapPost("/outcomes", (Answer sale, IModelMonitor monitor) => monitor.RecordOutcomeAsync("houses", sale.Id, sale.Price));
app.MapGet("/report", async (IModelMonitor monitor) =>
    Results.Content((await monitor.CreateReportAsync("houses")).ToHtml(), "text/html; charset=utf-8"));

await TrainAsync(app.Services.GetRequiredService<IModelRegistry>());
await app.StartAsync();
if (app.Configuration.GetValue<bool>("Demo"))
{
    using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    for (var size = 101; size <= 1_100; size++)
    {
        // The houses are larger than those of the training, and the market pays a fifth more for them.
        var response = await client.PostAsJsonAsync("/predictions", new House(100 + (size % 150)));
        var prediction = await response.Content.ReadFromJsonAsync<Answer>();
        await client.PostAsJsonAsync("/outcomes", prediction! with { Price = prediction.Price * 1.2f });
    }

    var monitor = app.Services.GetRequiredService<IModelMonitor>();
    foreach (var alert in await monitor.EvaluateAsync("houses", includeOpen: true))
    {
        Console.WriteLine($"Alert {alert.Key}: {alert.Message}");
    }

    Console.WriteLine((await monitor.CreateReportAsync("houses")).ToMarkdown());
    await app.StopAsync();
}

await app.WaitForShutdownAsync();

static async Task TrainAsync(IModelRegistry registry)
{
    var ml = new MLContext(seed: 1);
    var sales = Enumerable.Range(50, 150).Select(size => new Sale { Size = size, Price = size * 3_000 }).ToList();
    var data = ml.Data.LoadFromEnumerable(sales);
    var model = ml.Transforms.Concatenate("Features", nameof(Sale.Size)).Append(ml.Regression.Trainers.Sdca(nameof(Sale.Price))).Fit(data);
    var folder = Directory.CreateTempSubdirectory().FullName;
    ml.Model.Save(model, data.Schema, Path.Combine(folder, "houses.zip"));
    var baseline = await Baseline.CreateAsync(data.ToRows().Select("Size"), model.Transform(data).ToRows().Select("Score"));
    var version = await registry.RegisterAsync(
        "houses", new ModelRegistration { Format = "mlnet", Files = [Path.Combine(folder, "houses.zip"), baseline.Write(folder)] });
    await registry.SetAliasAsync("houses", "production", version.Number);
}
