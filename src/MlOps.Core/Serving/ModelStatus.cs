namespace MlOps.Serving;

/// <summary>The state of a served model at one moment.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelStatus
{
    /// <summary>Gets the name under which the model is served.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the versions that are loading, ready, draining or failed, in ascending order of their numbers.</summary>
    /// <value>At most one is loading, one ready and one failed. Empty before anything was loaded.</value>
    public required IReadOnlyList<ServedVersion> Versions { get; init; }

    /// <summary>Gets the number of the version that answers, or <see langword="null"/> if none does.</summary>
    public int? ReadyVersion => Versions.FirstOrDefault(static version => version.State == ServedVersionState.Ready)?.Number;

    /// <summary>
    /// Gets a value indicating whether the version that answers came from the local cache because the store could not be reached when the process
    /// started.
    /// </summary>
    public bool IsFromCache { get; init; }

    /// <summary>Gets the reason why the last look at the registry or the last load failed; <see langword="null"/> if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Gets the time of the last successful look for the version to serve, by this process's clock.</summary>
    public DateTimeOffset? Checked { get; init; }
}
