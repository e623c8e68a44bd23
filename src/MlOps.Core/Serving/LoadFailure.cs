using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>A version that failed to load, and the time of the next attempt.</summary>
/// <param name="Version">The version.</param>
/// <param name="Exception">The reason.</param>
/// <param name="Attempts">The number of attempts.</param>
/// <param name="RetryAt">The time of the next attempt; <see langword="null"/> if the failure is permanent, so that only a reload tries again.</param>
internal sealed record LoadFailure(ModelVersion Version, Exception Exception, int Attempts, DateTimeOffset? RetryAt)
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_shortestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Creates the failure of a load. The delay before the next attempt doubles with each failure of the same version.</summary>
    public static LoadFailure After(LoadFailure? earlier, ModelVersion version, Exception exception, DateTimeOffset now)
    {
        var attempts = earlier is not null && IsSameVersion(earlier.Version, version) ? earlier.Attempts + 1 : 1;
        var delay = TimeSpan.FromTicks(Math.Min(s_longestDelay.Ticks, s_shortestDelay.Ticks << Math.Min(attempts - 1, 20)));
        return new LoadFailure(version, exception, attempts, IsTransient(exception) ? now + delay : null);
    }

    /// <summary>Gets a value indicating whether the load failed for lack of memory or another transient reason, not because of the version.</summary>
    public bool IsMemoryShortage => Exception is ModelCheckException { IsMemoryShortage: true } or ModelFormatException { IsTransient: true };

    public static bool IsSameVersion(ModelVersion one, ModelVersion other) => one.Number == other.Number && one.Manifest == other.Manifest;

    /// <summary>Determines whether the store was unavailable, so that the model may start from the local cache.</summary>
    public static bool IsStoreFailure(Exception exception) => exception is ProviderException or ArtifactAccessDeniedException;

    /// <summary>Determines whether a later attempt may succeed with the same version.</summary>
    private static bool IsTransient(Exception exception) => exception is ModelCheckException { IsTransient: true } or ModelFormatException { IsTransient: true }
        or not (ModelFormatException or ModelMappingException or ModelCheckException or ArtifactNotFoundException or ArgumentException);
}
