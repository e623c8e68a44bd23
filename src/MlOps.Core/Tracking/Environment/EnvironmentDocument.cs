using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>The stored form of an environment. Equal environments have equal content, which is stored only once.</summary>
internal sealed class EnvironmentDocument
{
    /// <summary>The maximum size of a document, in bytes.</summary>
    public const int MaxSize = 16 << 20;

    public int Format { get; init; } = StoredDocument.Format;

    public required RunEnvironment Environment { get; init; }
}
