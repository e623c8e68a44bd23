using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MlOps.Serving;

/// <summary>Checks that every served model has a current version, and that it is the version that the settings select.</summary>
internal sealed class ModelHealthCheck(ServedModels models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var worst = HealthStatus.Healthy;
        var findings = new List<string>();
        var data = new Dictionary<string, object>();
        foreach (var model in models.All)
        {
            var status = model.Status;
            var (health, finding) = Evaluate(status, model.Start);
            worst = health < worst ? health : worst;
            data[status.Name] = status.ReadyVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $"version {version}") : "not loaded";
            if (finding is not null)
            {
                findings.Add(finding);
            }
        }

        var description = findings.Count == 0 ? "Every model serves the version that its settings select." : string.Join(" ", findings);
        return Task.FromResult(new HealthCheckResult(worst == HealthStatus.Unhealthy ? context.Registration.FailureStatus : worst, description, data: data));
    }

    private static (HealthStatus Health, string? Finding) Evaluate(ModelStatus status, ModelStartMode start) => status switch
    {
        { ReadyVersion: null, Error: { } error } =>
            (start == ModelStartMode.Lazy ? HealthStatus.Degraded : HealthStatus.Unhealthy, $"'{status.Name}' cannot predict: {error}"),
        { ReadyVersion: null } => start == ModelStartMode.Lazy ? (HealthStatus.Healthy, null) : (HealthStatus.Unhealthy, $"'{status.Name}' is not loaded yet."),
        { ReadyVersion: { } version, IsFromCache: true } =>
            (HealthStatus.Degraded, $"'{status.Name}' serves version {version} from the local cache: {status.Error}"),
        { ReadyVersion: { } version, Error: { } error } => (HealthStatus.Degraded, $"'{status.Name}' continues to serve version {version}: {error}"),
        _ => (HealthStatus.Healthy, null),
    };
}
