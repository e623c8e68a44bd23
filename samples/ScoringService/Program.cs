using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScoringService;
using ScoringService.Models;
using ScoringService.Operation;
using ScoringService.Predictions;
using ScoringService.Seeding;

// The option --environment S3 or --environment Azure adds the settings of appsettings.S3.json or appsettings.Azure.json.
var options = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
var builder = WebApplication.CreateBuilder(options);
builder.AddTelemetry();
builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage().AddTabularDatasets().AddOnnxModels()
    .AddModel<TumorMeasurements, Diagnosis>("breast-cancer");

// If the store is unavailable, the loaded model still answers. The service is therefore degraded and not unhealthy.
builder.Services.AddHealthChecks()
    .AddMlOpsModels(tags: ["ready"])
    .AddMlOpsStorage(failureStatus: HealthStatus.Degraded, tags: ["ready"]);
builder.Services.AddMlOpsProblemDetails().AddExceptionHandler<ProblemHandler>();

// The exception contains the position of the error in the body, which ProblemHandler returns.
builder.Services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = true);
builder.Services.ConfigureHttpJsonOptions(static options => JsonConventions.Apply(options.SerializerOptions));

var app = builder.Build();
app.UseExceptionHandler().UseStatusCodePages();
app.MapPredictions();
app.MapModels();
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions
{
    Predicate = static check => check.Tags.Contains("ready"),
    ResponseWriter = HealthResponse.WriteAsync,
});

// Only this sample registers its models. A real service finds its model in the registry.
await app.Services.RegisterSampleModelsAsync();
await app.RunAsync();
