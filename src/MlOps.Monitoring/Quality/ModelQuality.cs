using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the quality of scored rows, and the calibration from which the quality is estimated without outcomes.</summary>
/// <remarks>Thread-safe. The rows contain the outputs of the model and the outcome in the column <see cref="QualityOptions.Label"/>.</remarks>
public static class ModelQuality
{
    /// <summary>Computes the quality of rows with outcomes.</summary>
    /// <param name="rows">The scored rows.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="calibration">The calibration of <see cref="CalibrateAsync"/>; empty for no estimate.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The quality.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist or has the wrong
    /// type.</exception>
    public static async Task<QualityResult> EvaluateAsync(
        IRowSource rows, QualityOptions? options = null, ReadOnlyMemory<byte> calibration = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var evaluator = new QualityEvaluator(options ?? new(), rows.Columns, calibration.IsEmpty ? null : calibration.ToArray());
        long count = 0;
        await foreach (var batch in rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            evaluator.Add(batch);
            count += batch.Count;
        }

        return evaluator.ToResult(count);
    }

    /// <summary>Fits the calibration of a classifier for its baseline.</summary>
    /// <param name="rows">At least 100 scored reference rows that are not training rows.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The calibration, which is empty if it is not possible, and the warnings with the reason. A regression or ranking has none.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist or has the wrong
    /// type.</exception>
    public static async Task<(ReadOnlyMemory<byte> Calibration, IReadOnlyList<string> Warnings)> CalibrateAsync(
        IRowSource rows, QualityOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var builder = new CalibrationBuilder(options ?? new(), rows.Columns);
        await foreach (var batch in rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            builder.Add(batch);
        }

        var calibration = builder.ToArray();
        return (calibration, builder.Warnings);
    }
}
