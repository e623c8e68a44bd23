using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Measures the resources of registered versions, so that promotion gates can check them before a version is served.</summary>
/// <remarks>
/// <para>Thread safety: all members are safe for concurrent use. Measurements run one after the other.</para>
/// <para>
/// Method: the version is loaded by its registered loader in this process, warmed up, and unloaded. The load time is the time of the loader from verified
/// files. The memory is the increase of the memory of the process after full garbage collections, managed and native; it is not measured if another
/// model is loaded or unloaded in the meantime. The latencies are the nearest-rank percentiles of predictions of single rows: of the golden examples, or
/// of rows created from the schema of the version. If <c>AddModel</c> registers the model in this process, its settings and its row types are used;
/// otherwise, the rows are named tensors, whose predictions may take longer. Up to 1,000 predictions are made within one minute; at least 10 are required
/// for the median and 100 for the 99th percentile.
/// </para>
/// <para>Repeated calls: each call replaces the values of the version for the kind of this machine.</para>
/// </remarks>
/// <example>
/// <code>
/// var version = await registry.RegisterAsync("churn", registration);
/// var resources = await meter.MeasureAsync("churn", version.Number);
/// Console.WriteLine($"{resources.Memory} bytes, {resources.LatencyP99} on {resources.Machine}");
/// await registry.SetAliasAsync("churn", "production", version.Number);
/// </code>
/// </example>
public interface IResourceMeter
{
    /// <summary>Loads a version, measures its resources, records them with the version, and unloads it.</summary>
    /// <remarks>
    /// The full garbage collections pause other threads. The memory of the version is not counted in <see cref="ServingOptions.MemoryBudget"/>. Call the
    /// method in a job of the training rather than in a busy service, on a machine of the kind that serves.
    /// </remarks>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="cancellationToken">A token that cancels the measurement. Nothing is recorded then.</param>
    /// <returns>The measured values. A value that could not be measured is <see langword="null"/>, and the log states the reason.</returns>
    /// <exception cref="VersionNotFoundException">The model or the version does not exist.</exception>
    /// <exception cref="MlOpsException">The version cannot be loaded, or the values cannot be recorded. The message states the reason.</exception>
    Task<ResourceProfile> MeasureAsync(string model, int version, CancellationToken cancellationToken = default);
}
