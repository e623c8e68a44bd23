namespace MlOps.Tracking;

/// <summary>How far the training of a model has come.</summary>
/// <param name="Phase">What the trainer is at, in ML.NET's words, such as <c>SDCA training</c>.</param>
/// <param name="Step">The iteration or tree.</param>
/// <param name="Total">How many there will be at most; <see langword="null"/> if the trainer does not say.</param>
/// <param name="Metrics">What the trainer measured at this step, by the names of the run's metrics; empty if it measured nothing.</param>
public sealed record TrainingStep(string Phase, long Step, long? Total, IReadOnlyDictionary<string, double> Metrics);
