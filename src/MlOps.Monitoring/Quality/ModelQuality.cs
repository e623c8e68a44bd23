using MlOps.Datasets;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the quality of scored rows, such as those of a file.</summary>
/// <remarks>Thread-safe. The rows contain the outputs of the model and the outcome in the column <see cref="QualityOptions.Label"/>.</remarks>
public static class ModelQuality
{
    /// <summary>Computes the quality of rows with outcomes.</summary>
    /// <param name="rows">The scored rows.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="baseline">The baseline with the calibration of the model; <see langword="null"/> for no estimate.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The quality.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist or has the wrong
    /// type.</exception>
    public static async Task<QualityResult> EvaluateAsync(
        IRowSource rows, QualityOptions? options = null, Baseline? baseline = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var calibration = baseline is { IsCalibrated: true } ? baseline.Calibration.ToArray() : null;
        var evaluator = new QualityEvaluator(options ?? new(), rows.Columns, calibration, baseline?.Inputs);
        long count = 0;
        await foreach (var batch in rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            evaluator.Add(batch);
            count += batch.Count;
        }

        return evaluator.ToResult(count);
    }
}
