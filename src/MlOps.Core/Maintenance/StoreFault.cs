using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A fault that a verification, a garbage collection or a migration found in a store.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StoreFault
{
    internal StoreFault(ArtifactPath? path, string message, string? owner = null, Sha256Digest? expected = null, Sha256Digest? actual = null)
    {
        Path = path;
        Message = message;
        Owner = owner;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Gets the path of the faulty object.</summary>
    /// <value><see langword="null"/> if the fault does not concern a single object.</value>
    public ArtifactPath? Path { get; }

    /// <summary>Gets a record that references the object, such as <c>model 'churn' version 3</c>.</summary>
    /// <value><see langword="null"/> for an object of a log, whose path names the record, and for a fault of a migration.</value>
    public string? Owner { get; }

    /// <summary>Gets the expected digest of the object.</summary>
    /// <value><see langword="null"/> if it is unknown.</value>
    public Sha256Digest? Expected { get; }

    /// <summary>Gets the actual digest of the object.</summary>
    /// <value><see langword="null"/> if the object is missing or truncated, or if its digest is unknown.</value>
    public Sha256Digest? Actual { get; }

    /// <summary>Gets the description of the fault and its remedy, as sentences.</summary>
    public string Message { get; }

    /// <summary>Returns the message.</summary>
    /// <returns>The message, preceded by the owner if there is one.</returns>
    public override string ToString() => Owner is null ? Message : $"{Owner}: {Message}";

    /// <summary>Converts a failure to read an object to a fault.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="owner">A record that references the object.</param>
    /// <param name="referenced">The digest by which the record references the object.</param>
    /// <param name="consequence">Sentences to append to the message.</param>
    internal static StoreFault Of(MlOpsException exception, string? owner, Sha256Digest? referenced, string consequence = "") => exception switch
    {
        ArtifactIntegrityException damage => new(damage.Path, damage.Message + consequence, owner, damage.Expected ?? referenced, damage.Actual),
        ArtifactNotFoundException missing =>
            new(missing.Path, $"'{missing.Path}' is missing. Restore it from a copy of the store.{consequence}", owner, referenced),
        DocumentFormatException document => new(document.Path, document.Message + consequence, owner),
        _ => new(null, exception.Message + consequence, owner),
    };
}
