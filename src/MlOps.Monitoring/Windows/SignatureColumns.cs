using MlOps.Models;

namespace MlOps.Monitoring.Windows;

/// <summary>Names the columns of the inputs and outputs of a model.</summary>
internal static class SignatureColumns
{
    /// <summary>Gets the names of the columns: that of the feature, or one for each element of a row, such as <c>scores[0]</c>.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<ModelFeature> features) =>
        [.. features.SelectMany(static feature => Names(feature.Name, Width(feature.Shape)))];

    /// <inheritdoc cref="Names(IEnumerable{ModelFeature})"/>
    public static IEnumerable<string> Names(string feature, long width) => width == 1
        ? [feature]
        : Enumerable.Range(0, (int)Math.Min(width, int.MaxValue)).Select(index => FormattableString.Invariant($"{feature}[{index}]"));

    /// <summary>Gets the number of elements of a row. The first dimension is the number of rows.</summary>
    private static long Width(IReadOnlyList<long?> shape) => shape.Skip(1).Aggregate(1L, static (width, length) => width * (length ?? 1));
}
