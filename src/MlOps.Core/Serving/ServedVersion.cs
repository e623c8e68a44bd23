namespace MlOps.Serving;

/// <summary>A version of a served model, and its state.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ServedVersion
{
    /// <summary>Gets the number.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the state.</summary>
    public required ServedVersionState State { get; init; }

    /// <summary>Gets the time since which it has this state, by this process's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets the reason why it failed; <see langword="null"/> if it did not.</summary>
    public string? Error { get; init; }
}
