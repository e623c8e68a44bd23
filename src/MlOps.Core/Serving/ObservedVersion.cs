using MlOps.Models;

namespace MlOps.Serving;

/// <summary>A loaded version whose predictions are observed.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ObservedVersion
{
    /// <summary>Gets the name of the served model, which is the name of its section in the configuration.</summary>
    public required string ServedAs { get; init; }

    /// <summary>Gets the version, with its verified files.</summary>
    public required LocalVersion Version { get; init; }

    /// <summary>Gets the signature of the loaded model.</summary>
    public required ModelSignature Signature { get; init; }
}
