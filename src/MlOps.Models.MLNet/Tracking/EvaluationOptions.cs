namespace MlOps.Tracking;

/// <summary>Options for recording an evaluation.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Gets the name of the label column.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumn { get; init; } = "Label";

    /// <summary>Gets the name of the score column.</summary>
    /// <value>The default is <c>Score</c>.</value>
    public string ScoreColumn { get; init; } = "Score";

    /// <summary>Gets the name of the probability column of a binary classifier.</summary>
    /// <value>The default is <c>Probability</c>. If the data has no such column, no calibration curve is recorded.</value>
    public string ProbabilityColumn { get; init; } = "Probability";

    /// <summary>Gets the prefix of the metric names, which is also the folder of the files below <c>evaluation/</c>.</summary>
    /// <value>A prefix such as <c>test/</c>. The default is an empty string.</value>
    public string Prefix { get; init; } = "";

    /// <summary>Gets the step of the metrics, such as the number of a fold.</summary>
    /// <value>The default is <see langword="null"/>, no step.</value>
    public long? Step { get; init; }
}
