namespace MlOps.Serving;

/// <summary>The state of one version of a served model.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ServedVersion
{
    internal ServedVersion(int number, ServedVersionState state, DateTimeOffset since, string? error) =>
        (Number, State, Since, Error) = (number, state, since, error);

    /// <summary>Gets the version number.</summary>
    public int Number { get; }

    /// <summary>Gets the state.</summary>
    public ServedVersionState State { get; }

    /// <summary>Gets the time when the version entered this state, by the clock of this process.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Gets the reason for the failure; <see langword="null"/> if the version has not failed.</summary>
    public string? Error { get; }
}
