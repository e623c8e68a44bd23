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

    /// <summary>Describes a failure to read an object as a fault.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="owner">A record that needs the object.</param>
    /// <param name="named">The digest by which the record names the object.</param>
    /// <param name="consequence">Sentences to add to the message.</param>
    internal static VerificationFault Of(MlOpsException exception, string? owner, Sha256Digest? named, string consequence = "")
    {
        return exception switch
        {
            ArtifactIntegrityException damage => Describe(damage.Path, damage.Expected ?? named, damage.Actual, damage.Message),
            ArtifactNotFoundException missing => Describe(missing.Path, named, null, $"'{missing.Path}' is missing. Restore it from a copy of the store."),
            DocumentFormatException document => Describe(document.Path, null, null, document.Message),
            _ => Describe(null, null, null, exception.Message),
        };

        VerificationFault Describe(ArtifactPath? path, Sha256Digest? expected, Sha256Digest? actual, string message) =>
            new() { Path = path, Owner = owner, Expected = expected, Actual = actual, Message = message + consequence };
    }
}
