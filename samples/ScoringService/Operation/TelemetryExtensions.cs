using MlOps;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace ScoringService.Operation;

/// <summary>Adds metrics and traces to OpenTelemetry.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Collects the telemetry of the library and of ASP.NET Core, and exports it to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> if that is set.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName)
                .AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME overrides the name above
            .WithMetrics(static metrics => metrics
                .AddMeter(MlOpsDiagnostics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"))
            .WithTracing(static tracing => tracing.AddSource(MlOpsDiagnostics.ActivitySourceName, "Microsoft.AspNetCore"));
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
