namespace MlOps.Tracking;

/// <summary>Repeats runs: says what is different now, and whether the same comes out.</summary>
/// <remarks>Thread safety: every member may be called from any thread at any time.</remarks>
public interface IRunReproducer
{
    /// <summary>Compares what a run was recorded with and what there is now: data, parameters, seed, code, packages, and what they run on.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="parameters">The parameters that would be used now; <see langword="null"/> for the recorded ones.</param>
    /// <param name="seed">The seed that would be used now; <see langword="null"/> for the recorded one.</param>
    /// <param name="cancellationToken">Cancels the comparison.</param>
    /// <returns>What is different, in the order of <see cref="RunDifferenceKind"/>: what weighs most comes first. Empty if nothing is.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    Task<IReadOnlyList<RunDifference>> CheckAsync(
        string runId, IReadOnlyDictionary<string, string>? parameters = null, int? seed = null, CancellationToken cancellationToken = default);

    /// <summary>Trains again with the recorded parameters, seed and data, as a new run of the same experiment, and compares its metrics with the recorded ones.</summary>
    /// <remarks>The new run has the tag <see cref="ReproductionReport.Tag"/>, whose value is the identifier of the one it repeats. It fails if the training does.</remarks>
    /// <param name="runId">The run.</param>
    /// <param name="train">The training, which is given what was recorded.</param>
    /// <param name="options">How to compare; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the training.</param>
    /// <returns>Whether the same came out, and what was different before.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">Data that the run used are not there any more; the message says which. Nothing was trained.</exception>
    Task<ReproductionReport> ReproduceAsync(
        string runId, Func<RecordedTraining, CancellationToken, Task> train, ReproductionOptions? options = null, CancellationToken cancellationToken = default);
}
