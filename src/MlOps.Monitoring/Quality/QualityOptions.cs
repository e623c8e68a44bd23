namespace MlOps.Monitoring.Quality;

/// <summary>The settings of the quality metrics of a model, section <c>MlOps:Models:&lt;name&gt;:Monitoring:Quality</c>.</summary>
/// <remarks>
/// The column names refer to the outputs in the prediction log. A vector of probabilities has one column for each element, such as
/// <c>Probability[0]</c> or <c>Probability.setosa</c>, and is found by the name before the bracket or dot.
/// </remarks>
public sealed class QualityOptions
{
    internal const string DefaultPrediction = "PredictedLabel";
    internal const string DefaultScore = "Score";
    internal const string DefaultProbability = "Probability";
    internal const string DefaultLabel = "Label";
    internal const string DefaultGroup = "GroupId";

    /// <summary>Gets or sets the kind of the model.</summary>
    /// <value>
    /// The default, <see langword="null"/>, infers the kind from the columns: <see cref="QualityTask.Ranking"/> if there is a column <see cref="Group"/>,
    /// <see cref="QualityTask.Classification"/> if there is a column <see cref="Prediction"/> or <see cref="Probability"/>, otherwise
    /// <see cref="QualityTask.Regression"/>.
    /// </value>
    public QualityTask? Task { get; set; }

    /// <summary>Gets or sets the name of the output with the predicted class.</summary>
    /// <value>
    /// The default is <c>PredictedLabel</c>. Without this output, the class with the highest probability is the prediction. For two classes, the
    /// prediction is the positive class if its probability is at least 0.5.
    /// </value>
    public string Prediction { get; set; } = DefaultPrediction;

    /// <summary>Gets or sets the name of the output with the predicted number of a regression, or with the score of a ranking or a class.</summary>
    /// <value>
    /// The default is <c>Score</c>. In a classification, it orders the rows for <c>auc</c> and <c>auprc</c> if there are no probabilities. A vector with
    /// an element for each class is used as the probabilities if there is no output <see cref="Probability"/>.
    /// </value>
    public string Score { get; set; } = DefaultScore;

    /// <summary>Gets or sets the name of the output with the probability of the positive class, or with the probabilities of all classes.</summary>
    /// <value>The default is <c>Probability</c>.</value>
    public string Probability { get; set; } = DefaultProbability;

    /// <summary>Gets or sets the name of the column with the outcome, in rows that contain it, such as the reference rows of a baseline.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string Label { get; set; } = DefaultLabel;

    /// <summary>Gets or sets the name of the column with the group of a row, such as the identifier of a query. It is used for ranking only.</summary>
    /// <value>The default is <c>GroupId</c>.</value>
    public string Group { get; set; } = DefaultGroup;

    /// <summary>Gets or sets the class that <c>precision</c>, <c>recall</c>, <c>f1</c>, <c>auc</c> and <c>auprc</c> refer to.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is the class <c>1</c> or <c>True</c> of a model with two classes. Other models have macro averages only.
    /// </value>
    public string? PositiveClass { get; set; }

    /// <summary>Gets the names of the classes, in the order of the vector of probabilities.</summary>
    /// <value>
    /// The default is empty: the classes are the labels in the rows, and the elements of a vector are named by their columns or, if the labels are
    /// numbers, by their indexes. An outcome outside the given classes counts as a wrong prediction and is reported.
    /// </value>
    public IList<string> Classes { get; } = [];

    /// <summary>Gets the names of the inputs or outputs whose values divide the rows into segments.</summary>
    /// <value>
    /// The default is empty. A text has a segment for each value. A number has a segment for each quarter of the baseline, or of the first 10,000 rows if
    /// there is no baseline.
    /// </value>
    public IList<string> Segments { get; } = [];

    /// <summary>Gets or sets the name of the metric of the segments.</summary>
    /// <value>
    /// One of <c>accuracy</c>, <c>precision</c>, <c>recall</c>, <c>log_loss</c> and <c>brier</c> for a classification, <c>mae</c> and <c>rmse</c> for a
    /// regression, <c>ndcg_at_k</c> (with the number of <see cref="TopK"/>) and <c>mrr</c> for a ranking. The default, <see langword="null"/>, is the
    /// first of them.
    /// </value>
    public string? SegmentMetric { get; set; }

    /// <summary>Gets or sets the minimum number of rows with an outcome, or of groups, of a segment. Smaller categories are merged into one segment.</summary>
    /// <value>The default is 30. The range is 2 to 1,000,000. If a window has fewer outcomes, its result has a warning.</value>
    public int MinimumRows { get; set; } = 30;

    /// <summary>Gets or sets the number of rows at the top of a ranking that <c>ndcg_at_k</c> considers.</summary>
    /// <value>The default is 10. The range is 1 to 1,000.</value>
    public int TopK { get; set; } = 10;
}
