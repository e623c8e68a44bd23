namespace MlOps.Serving;

/// <summary>A snapshot of the state of a served model.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelStatus
{
    internal ModelStatus(string name, IReadOnlyList<ServedVersion> versions) => (Name, Versions) = (name, versions);

    /// <summary>Gets the name of the served model.</summary>
    public string Name { get; }

    /// <summary>Gets the versions that are loading, ready, draining or failed, in ascending order.</summary>
    /// <value>At most one version is loading, one ready and one failed. Empty before the first load.</value>
    public IReadOnlyList<ServedVersion> Versions { get; }

    /// <summary>Gets the number of the current version, which is the version in the state <see cref="ServedVersionState.Ready"/>;
    /// <see langword="null"/> if there is none.</summary>
    public int? ReadyVersion => Versions.FirstOrDefault(static version => version.State == ServedVersionState.Ready)?.Number;

    /// <summary>Gets a value indicating whether the current version was loaded from the local cache because the store was unavailable.</summary>
    public bool IsFromCache { get; internal init; }

    /// <summary>Gets the error of the last check of the registry or the last load; <see langword="null"/> if it succeeded.</summary>
    public string? Error { get; internal init; }

    /// <summary>Gets the time when the version to serve was last checked successfully, by the clock of this process.</summary>
    public DateTimeOffset? Checked { get; internal init; }
}
