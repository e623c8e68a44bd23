using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScoringService;
using ScoringService.Models;
using ScoringService.Operation;
using ScoringService.Predictions;
using ScoringService.Seeding;

// Settings lie beside the program; --environment S3 or --environment Azure reads appsettings.S3.json or appsettings.Azure.json on top.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddTelemetry();
builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage().AddTabularDatasets().AddOnnxModels()
    .AddModel<TumorMeasurements, Diagnosis>("breast-cancer");

// A store that is away takes no request from a service that has its model in memory, so that is no more than degraded.
builder.Services.AddHealthChecks().AddMlOpsModels(tags: ["ready"]).AddMlOpsStorage(failureStatus: HealthStatus.Degraded, tags: ["ready"]);
builder.Services.AddMlOpsProblemDetails().AddExceptionHandler<ProblemHandler>();
builder.Services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = true); // so that the handler can say where a body is wrong
builder.Services.ConfigureHttpJsonOptions(static options => JsonConventions.Apply(options.SerializerOptions));

var app = builder.Build();
app.UseExceptionHandler().UseStatusCodePages();
app.MapPredictions();
app.MapModels();
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready"), ResponseWriter = HealthAnswer.WriteAsync });

// Only this sample does what a data scientist does elsewhere; a real service finds its model in the registry.
await app.Services.RegisterSampleModelsAsync();
await app.RunAsync();
