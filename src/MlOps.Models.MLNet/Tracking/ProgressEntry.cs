namespace MlOps.Tracking;

/// <summary>An entry of a progress channel.</summary>
/// <param name="Index">The number of the channel, which is unique in the context.</param>
/// <param name="Phase">The name of the training phase.</param>
/// <param name="Unit">The unit of the step, such as <c>iterations</c>, or <see langword="null"/> if the channel has none.</param>
/// <param name="Step">The current step.</param>
/// <param name="Total">The maximum number of steps, or <see langword="null"/> if it is unknown.</param>
/// <param name="IsMeasured"><see langword="true"/> if the metrics belong to a completed step; <see langword="false"/> if they are intermediate values.</param>
/// <param name="Metrics">The metrics with the names of the trainer.</param>
internal sealed record ProgressEntry(
    int Index, string Phase, string? Unit, long? Step, long? Total, bool IsMeasured, IReadOnlyList<(string Name, double Value)> Metrics);
