using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ScoringService.Operation;

/// <summary>The response of the readiness endpoint: the worst status of all checks, and each check with its reason.</summary>
internal sealed record HealthResponse(string Status, HealthFinding[] Checks)
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = report.Entries.Select(static check => new HealthFinding(check.Key, check.Value.Status.ToString(), check.Value.Description));
        return context.Response.WriteAsJsonAsync(new HealthResponse(report.Status.ToString(), [.. checks]), context.RequestAborted);
    }
}

/// <summary>The result of one check.</summary>
internal sealed record HealthFinding(string Name, string Status, string? Description);
