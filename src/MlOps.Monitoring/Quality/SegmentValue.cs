namespace MlOps.Monitoring.Quality;

/// <summary>The value of a row in a column that defines segments: a number or a text.</summary>
/// <param name="Number">The number, or NaN.</param>
/// <param name="Text">The text, or <see langword="null"/>.</param>
/// <param name="IsLogged">Whether the value is known. It is not if the features of the row were not sampled.</param>
internal readonly record struct SegmentValue(double Number, string? Text, bool IsLogged = true);
