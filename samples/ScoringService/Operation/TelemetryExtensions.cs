using MlOps;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace ScoringService.Operation;

/// <summary>Wires metrics and traces to OpenTelemetry.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Collects what the library and ASP.NET Core emit, and exports it if the environment says where to (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector()) // so that OTEL_SERVICE_NAME wins
            .WithMetrics(static metrics => metrics.AddMeter(MlOpsDiagnostics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"))
            .WithTracing(static tracing => tracing.AddSource(MlOpsDiagnostics.ActivitySourceName, "Microsoft.AspNetCore"));
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
