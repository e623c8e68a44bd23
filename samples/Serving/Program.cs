using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;

// Serves the version of a model that the alias "production" names, replaces it while the process runs, and rolls back.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Logging:LogLevel:Default"] = "Warning";
builder.Services.AddMlOps(builder.Configuration).AddMLNetModels()
    .AddModel<House, Estimate>("houses", options => options.Start = ModelStartMode.Lazy); // no version exists yet
using var host = builder.Build();
var registry = host.Services.GetRequiredService<IModelRegistry>();
var model = host.Services.GetRequiredService<IModel<House, Estimate>>();

await PromoteAsync(pricePerSquareMeter: 3_000);
await PredictAsync();
await PromoteAsync(pricePerSquareMeter: 4_000);
await PredictAsync();
await registry.RollBackAsync("houses", "production", reason: "prices are too high");
await PredictAsync();

async Task PredictAsync()
{
    await model.ReloadAsync(); // returns when the version in production answers; a service polls instead
    var prediction = await model.PredictAsync(new House(Size: 100));
    Console.WriteLine($"Version {prediction.Version.Number}: 100 m² cost {prediction.Output.Price:0}");
}

async Task PromoteAsync(float pricePerSquareMeter)
{
    var ml = new MLContext(seed: 1);
    var houses = Enumerable.Range(1, 200).Select(size => new Sale { Size = size, Price = size * pricePerSquareMeter });
    var data = ml.Data.LoadFromEnumerable(houses);
    var pipeline = ml.Transforms.Concatenate("Features", nameof(Sale.Size))
        .Append(ml.Regression.Trainers.Sdca(nameof(Sale.Price)));
    var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "houses.zip");
    ml.Model.Save(pipeline.Fit(data), data.Schema, file);

    var version = await registry.RegisterAsync("houses", new ModelRegistration { Format = "mlnet", Files = [file] });
    await registry.SetAliasAsync("houses", "production", version.Number);
}

internal sealed class Sale
{
    public float Size { get; set; }

    public float Price { get; set; }
}

internal sealed record House(float Size);

internal sealed class Estimate
{
    [Feature("Score")]
    public float Price { get; set; }
}
