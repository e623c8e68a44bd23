namespace MlOps.Tracking;

/// <summary>What a part of a training reported.</summary>
/// <param name="Index">Which part, by its number in the life of the context.</param>
/// <param name="Phase">Its name.</param>
/// <param name="Unit">What is counted, such as <c>iterations</c>; <see langword="null"/> if nothing is.</param>
/// <param name="Step">The count.</param>
/// <param name="Total">The most it can be, if that is known.</param>
/// <param name="IsMeasured">Whether the metrics are those of a finished step, and not of the moment.</param>
/// <param name="Metrics">What was measured, by the trainer's names.</param>
internal sealed record ProgressEntry(int Index, string Phase, string? Unit, long? Step, long? Total, bool IsMeasured, IReadOnlyList<(string Name, double Value)> Metrics);
