namespace MlOps.Tracking;

/// <summary>Where an evaluation finds what it needs, and under which names it is recorded.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Gets the column of the truth.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumn { get; init; } = "Label";

    /// <summary>Gets the column of the score.</summary>
    /// <value>The default is <c>Score</c>.</value>
    public string ScoreColumn { get; init; } = "Score";

    /// <summary>Gets the column of the probability of a binary classifier; without such a column there is no calibration curve.</summary>
    /// <value>The default is <c>Probability</c>.</value>
    public string ProbabilityColumn { get; init; } = "Probability";

    /// <summary>Gets what the names of metrics begin with, and the folder below <c>evaluation/</c> that files go to.</summary>
    /// <value>Such as <c>test/</c>. The default is empty.</value>
    public string Prefix { get; init; } = "";

    /// <summary>Gets the step that metrics are recorded with, such as the number of a fold.</summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public long? Step { get; init; }
}
