using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares profiles with a baseline.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class DriftDetector
{
    /// <summary>Compares current rows with a baseline.</summary>
    /// <param name="baseline">The profile of the baseline.</param>
    /// <param name="current">The profile of the current rows.</param>
    /// <returns>The comparison.</returns>
    public DriftResult Compare(DataProfile baseline, DataProfile current) => throw new NotImplementedException();
}
