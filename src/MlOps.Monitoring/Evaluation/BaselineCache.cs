using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MlOps.Monitoring.Profiles;
using MlOps.Registry;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Reads the baselines of versions. A version is immutable, so its baseline is read once.</summary>
/// <remarks>Thread-safe. The baselines of the most recent 16 versions are kept.</remarks>
internal sealed partial class BaselineCache(IModelRegistry registry, ILogger<BaselineCache> logger)
{
    private const int MaxVersions = 16;
    private readonly ConcurrentDictionary<(string Model, int Version, DateTimeOffset Created), Baseline?> _baselines = new();
    private readonly ILogger _logger = logger;

    /// <summary>Gets the baseline of a version.</summary>
    /// <returns>The baseline, or <see langword="null"/> if the version does not have a readable one.</returns>
    public async Task<Baseline?> GetAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var key = (version.Model, version.Number, version.Created);
        if (_baselines.TryGetValue(key, out var cached))
        {
            return cached;
        }

        if (_baselines.Count >= MaxVersions)
        {
            _baselines.Clear();
        }

        return _baselines[key] = await ReadAsync(version, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Baseline?> ReadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        try
        {
            var package = await registry.OpenAsync(version, cancellationToken).ConfigureAwait(false);
            var baseline = await Baseline.ReadAsync(package, cancellationToken).ConfigureAwait(false);
            foreach (var warning in baseline?.Warnings ?? [])
            {
                LogWarning(version.Number, version.Model, warning);
            }

            return baseline;
        }
        catch (DocumentFormatException exception)
        {
            LogDamaged(exception, version.Number, version.Model);
            return null;
        }
    }

    [LoggerMessage(764, LogLevel.Warning, "The baseline of version {Version} of the model '{Model}' is incomplete. {Warning}")]
    private partial void LogWarning(int version, string model, string warning);

    [LoggerMessage(765, LogLevel.Warning,
        "The baseline of version {Version} of the model '{Model}' cannot be read, so no drift is computed. Register the version again with a baseline.")]
    private partial void LogDamaged(Exception exception, int version, string model);
}
