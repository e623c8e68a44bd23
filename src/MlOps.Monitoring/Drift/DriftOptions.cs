namespace MlOps.Monitoring.Drift;

/// <summary>The drift decision.</summary>
public sealed class DriftOptions
{
}
