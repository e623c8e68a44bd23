namespace MlOps.Monitoring.Quality;

/// <summary>The rows with the same score, or with a score in the same bin.</summary>
/// <param name="Score">The mean score.</param>
/// <param name="Positives">The number of rows whose outcome is the positive class.</param>
/// <param name="Negatives">The number of rows with another outcome.</param>
/// <param name="Accepted">The number of rows that are predicted as the positive class, with or without an outcome.</param>
/// <param name="Declined">The number of rows that are predicted as another class, with or without an outcome.</param>
internal readonly record struct ScoreBin(double Score, long Positives, long Negatives, long Accepted, long Declined);
