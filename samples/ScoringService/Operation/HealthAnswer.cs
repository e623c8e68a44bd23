using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ScoringService.Operation;

/// <summary>What the readiness endpoint answers: the worst of all checks, and each check with its reason.</summary>
internal sealed record HealthAnswer(string Status, HealthFinding[] Checks)
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new HealthAnswer(report.Status.ToString(), [.. report.Entries.Select(static check => new HealthFinding(check.Key, check.Value.Status.ToString(), check.Value.Description))]),
        context.RequestAborted);
}

/// <summary>What one check found.</summary>
internal sealed record HealthFinding(string Name, string Status, string? Description);
