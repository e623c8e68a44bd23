namespace MlOps.Tracking;

/// <summary>How many rows have a score of at least a threshold.</summary>
internal readonly record struct ThresholdCount(double Threshold, long TruePositives, long FalsePositives);
