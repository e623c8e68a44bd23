namespace MlOps.Monitoring.Quality;

/// <summary>The numbers of rows by actual and predicted class.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ConfusionMatrix
{
    /// <summary>Gets the names of the classes, most frequent first. If there are more than 50 classes, the last one, <c>(other)</c>, combines the
    /// rest.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Gets the numbers of rows, shape <c>[actual class, predicted class]</c>, in the order of <see cref="Classes"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Counts { get; init; }
}
