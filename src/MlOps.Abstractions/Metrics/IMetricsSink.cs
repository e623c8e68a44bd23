namespace MlOps.Metrics;

/// <summary>Writes metric points to a destination, such as a file or a monitoring system.</summary>
/// <remarks>
/// <para>Thread safety: not thread-safe. Calls do not overlap.</para>
/// <para>Atomicity: a successful call has written the whole batch. A failed call should write nothing, because the caller may retry it with the same
/// batch.</para>
/// <para>Ownership: do not use the memory of a batch after the call. The creator of a sink disposes it after the last batch.</para>
/// <para>Every implementation passes <c>MetricsSinkConformance</c> of <c>MlOps.Testing</c>.</para>
/// </remarks>
/// <example>
/// A sink that writes to the console:
/// <code>
/// public sealed class ConsoleSink : IMetricsSink
/// {
///     public async Task WriteAsync(ReadOnlyMemory&lt;MetricDataPoint&gt; points, CancellationToken cancellationToken = default)
///     {
///         foreach (var point in points.ToArray())
///         {
///             await Console.Out.WriteLineAsync($"{point.Timestamp:O} {point.Series.Name} = {point.Value} {point.Series.Unit}");
///         }
///     }
/// }
/// </code>
/// </example>
public interface IMetricsSink
{
    /// <summary>Writes points in order.</summary>
    /// <param name="points">The points; at least one.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when the points are written.</returns>
    Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default);
}
