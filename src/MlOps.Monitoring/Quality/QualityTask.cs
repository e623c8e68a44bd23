namespace MlOps.Monitoring.Quality;

/// <summary>The kind of a model, which selects the quality metrics.</summary>
public enum QualityTask
{
    /// <summary>The outcome is one of two or more classes.</summary>
    Classification,

    /// <summary>The outcome is a number.</summary>
    Regression,

    /// <summary>The rows of a group are ordered by score. The outcome is the relevance of a row, a number of at least 0.</summary>
    Ranking,
}
