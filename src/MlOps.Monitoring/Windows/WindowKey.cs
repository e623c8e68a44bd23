namespace MlOps.Monitoring.Windows;

/// <summary>Identifies a window of a model.</summary>
/// <param name="Version">The number of the version.</param>
/// <param name="Start">The start.</param>
internal sealed record WindowKey(int Version, DateTimeOffset Start);
