using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Tracking;

// Fits y = 3x + 2 by gradient descent with several learning rates, and records each attempt as a run.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Logging:LogLevel:Default"] = "Warning";
builder.Services.AddMlOps(builder.Configuration);
using var host = builder.Build();
var tracker = host.Services.GetRequiredService<IExperimentTracker>();

foreach (var rate in new[] { 0.01, 0.1, 0.5 })
{
    // The run ends with the work: as finished, or as failed with the exception.
    await tracker.RunAsync("line", new RunStart { Name = $"rate {rate}", Seed = 1 }, async (run, cancellationToken) =>
    {
        await run.LogParameterAsync("rate", rate, cancellationToken);
        Train(run, rate);
    });
}

// Filters have the syntax of MLflow.
var query = new RunQuery { Experiments = ["line"], Filter = "metrics.loss < 0.1", OrderBy = ["metrics.loss"] };
await foreach (var run in tracker.SearchRunsAsync(query))
{
    var loss = run.MetricSummaries["loss"];
    Console.WriteLine($"{run.Name}: loss {loss.Last:0.0000} after {loss.LastStep} steps");
}

var best = await tracker.FindBestRunAsync("line", "loss", MetricDirection.Minimize);
Console.WriteLine($"Best run: {best!.Name}, commit {best.GitCommit ?? "unknown"}");

static void Train(IRun run, double rate)
{
    var (slope, intercept, random) = (0.0, 0.0, new Random(run.Info.Seed));
    for (var step = 1; step <= 500; step++)
    {
        var x = random.NextDouble();
        var error = (slope * x) + intercept - ((3 * x) + 2);
        (slope, intercept) = (slope - (rate * error * x), intercept - (rate * error));
        run.LogMetric("loss", error * error, step);
    }
}
