namespace MlOps.Tracking;

/// <summary>Reproduces recorded runs and compares the results.</summary>
/// <remarks>Thread-safe.</remarks>
/// <example>
/// Repeats a training with the recorded data, parameters and seed, and writes the comparison of the metrics:
/// <code>
/// var report = await reproducer.ReproduceAsync(runId, async (training, token) =&gt;
/// {
///     var rate = training.GetParameter&lt;double&gt;("learning-rate");
///     var loss = await TrainAsync(training.GetData("flowers"), rate, training.Seed, token);
///     training.Run.LogMetric("loss", loss);
/// });
/// Console.WriteLine(report);
/// </code>
/// </example>
public interface IRunReproducer
{
    /// <summary>Finds the differences between a recorded run and the current code, data and environment.</summary>
    /// <param name="runId">The identifier of the recorded run.</param>
    /// <param name="parameters">The parameters to compare; <see langword="null"/> for the recorded parameters.</param>
    /// <param name="seed">The seed to compare; <see langword="null"/> for the recorded seed.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The differences in the order of <see cref="RunDifferenceKind"/>, most significant first; empty if there are none.</returns>
    /// <exception cref="RunNotFoundException">The store does not contain the run.</exception>
    Task<IReadOnlyList<RunDifference>> CheckAsync(
        string runId, IReadOnlyDictionary<string, string>? parameters = null, int? seed = null, CancellationToken cancellationToken = default);

    /// <summary>Repeats a training with the recorded parameters, seed and datasets as a new run of the same experiment, and compares the
    /// metrics of both runs.</summary>
    /// <remarks>The new run has the tag <see cref="ReproductionReport.Tag"/> with the identifier of the recorded run. If the training
    /// throws an exception, the new run fails and the exception is rethrown.</remarks>
    /// <param name="runId">The identifier of the recorded run.</param>
    /// <param name="train">The training, which receives the recorded inputs and logs its metrics to the new run.</param>
    /// <param name="options">The options of the comparison; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">A token that cancels the training.</param>
    /// <returns>The compared metrics, and the differences that were found before the training.</returns>
    /// <exception cref="RunNotFoundException">The store does not contain the run.</exception>
    /// <exception cref="InvalidOperationException">A dataset of the run has been deleted or has changed. The message names the dataset, and
    /// the training was not started.</exception>
    Task<ReproductionReport> ReproduceAsync(
        string runId,
        Func<RecordedTraining, CancellationToken, Task> train,
        ReproductionOptions? options = null,
        CancellationToken cancellationToken = default);
}
