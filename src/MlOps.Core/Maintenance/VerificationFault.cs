using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Something in a store that is not what it should be.</summary>
public sealed class VerificationFault
{
    /// <summary>Gets the object at fault, or <see langword="null"/> if it is not one object.</summary>
    public required ArtifactPath? Path { get; init; }

    /// <summary>Gets a record that needs the object, such as <c>model 'churn' version 3</c>; <see langword="null"/> for an object of a log, whose path says it.</summary>
    public required string? Owner { get; init; }

    /// <summary>Gets the digest the object should have, if that is known.</summary>
    public required Sha256Digest? Expected { get; init; }

    /// <summary>Gets the digest it has; <see langword="null"/> if it is missing, ends early, or is not known.</summary>
    public required Sha256Digest? Actual { get; init; }

    /// <summary>Gets what is wrong and what to do, as sentences.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the message.</summary>
    /// <returns>The message, preceded by the owner if there is one.</returns>
    public override string ToString() => Owner is null ? Message : $"{Owner}: {Message}";
}
