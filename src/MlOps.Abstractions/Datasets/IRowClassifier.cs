namespace MlOps.Datasets;

/// <summary>Learns to distinguish current rows from reference rows, so that drift of several columns together is detected.</summary>
/// <remarks>
/// <para>Thread safety: all members are safe for concurrent use.</para>
/// <para>
/// If no classifier can distinguish the rows, both have the same distribution: the area under the ROC curve of the scores is about 0.5. A change of the
/// relation of two columns is detected although the distribution of each column is unchanged. Reference: Lopez-Paz and Oquab, Revisiting Classifier
/// Two-Sample Tests, https://arxiv.org/abs/1610.06545.
/// </para>
/// <para>Repeated calls with the same arguments return the same scores on the same machine.</para>
/// </remarks>
/// <example>
/// <code>
/// var scores = await classifier.ScoreAsync(rows, isCurrent, folds: 5, seed: 1, cancellationToken);
/// </code>
/// </example>
public interface IRowClassifier
{
    /// <summary>Scores each row with a classifier that was not trained on that row (stratified k-fold cross-validation).</summary>
    /// <param name="rows">The reference rows and the current rows, in any order. The rows are not changed.</param>
    /// <param name="isCurrent">Whether each row is a current row; <c>[rows.Count]</c>.</param>
    /// <param name="folds">The number of folds, from 2 to the number of rows of the smaller group.</param>
    /// <param name="seed">The seed of the assignment of rows to folds and of the training.</param>
    /// <param name="cancellationToken">Cancels the call between two folds.</param>
    /// <returns>
    /// The scores, <c>[rows.Count]</c>, from 0 to 1 and never NaN. A higher score means that the row is more likely a current row. All scores are 0.5 if every
    /// column is constant. Missing values and NaN are allowed in every column; numbers may be infinite.
    /// </returns>
    /// <exception cref="ArgumentException">The number of flags differs from the number of rows, or a group has fewer rows than folds.</exception>
    Task<double[]> ScoreAsync(RowBatch rows, IReadOnlyList<bool> isCurrent, int folds, int seed, CancellationToken cancellationToken = default);
}
