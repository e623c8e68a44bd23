namespace MlOps.Metrics;

/// <summary>Takes measured values to where they are kept or shown.</summary>
/// <remarks>
/// <para>Thread safety: one call at a time.</para>
/// <para>Atomicity: a call that returns has delivered the whole batch. A call that throws may be repeated with the same batch, so it should leave nothing of it.</para>
/// <para>Ownership: the memory of a batch is the caller's again when the call returns. A sink that is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/> is disposed by who made it, after the last batch.</para>
/// <para>Every implementation passes <c>MetricsSinkConformance</c> of <c>MlOps.Testing</c>.</para>
/// </remarks>
public interface IMetricsSink
{
    /// <summary>Delivers points, in their order.</summary>
    /// <param name="points">The points; never none.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>A task that ends when the points are where the sink takes them.</returns>
    Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default);
}
