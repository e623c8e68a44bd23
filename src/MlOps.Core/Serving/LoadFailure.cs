using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>A version that could not be served, and when it may be tried again.</summary>
/// <param name="Version">The version.</param>
/// <param name="Exception">The reason.</param>
/// <param name="Attempts">The number of attempts.</param>
/// <param name="RetryAt">The time of the next attempt; <see langword="null"/> if it would fail again, so that only a reload tries it.</param>
internal sealed record LoadFailure(ModelVersion Version, Exception Exception, int Attempts, DateTimeOffset? RetryAt)
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_shortestDelay = TimeSpan.FromSeconds(1);

    /// <summary>Makes the failure that follows an earlier one: each time the delay doubles.</summary>
    public static LoadFailure After(LoadFailure? earlier, ModelVersion version, Exception exception, DateTimeOffset now)
    {
        var attempts = earlier is not null && IsSame(earlier.Version, version) ? earlier.Attempts + 1 : 1;
        var delay = TimeSpan.FromTicks(Math.Min(s_longestDelay.Ticks, s_shortestDelay.Ticks << Math.Min(attempts - 1, 20)));
        return new LoadFailure(version, exception, attempts, MayPass(exception) ? now + delay : null);
    }

    /// <summary>Gets a value indicating whether nothing is wrong with the version: memory was lacking.</summary>
    public bool IsOfMemory => Exception is ModelCheckException { IsOfMemory: true } or ModelFormatException { IsTransient: true };

    public static bool IsSame(ModelVersion one, ModelVersion other) => one.Number == other.Number && one.Manifest == other.Manifest;

    /// <summary>Determines whether the store could not be read, so that the model may start from the local cache.</summary>
    public static bool IsOfStore(Exception exception) => exception is ProviderException or ArtifactAccessDeniedException;

    /// <summary>Determines whether the same version may be loaded later without any change to it.</summary>
    private static bool MayPass(Exception exception) => exception is ModelCheckException { MayPass: true } or ModelFormatException { IsTransient: true }
        or not (ModelFormatException or ModelMappingException or ModelCheckException or ArtifactNotFoundException or ArgumentException);
}
