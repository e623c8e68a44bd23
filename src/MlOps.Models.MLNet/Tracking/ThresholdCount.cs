namespace MlOps.Tracking;

/// <summary>The numbers of rows with a score of at least a threshold.</summary>
internal readonly record struct ThresholdCount(double Threshold, long TruePositives, long FalsePositives);
