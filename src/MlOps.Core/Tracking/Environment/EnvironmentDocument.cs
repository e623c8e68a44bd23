using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>Surroundings as they are stored: equal ones have equal bytes and so are one content, however many runs had them.</summary>
internal sealed class EnvironmentDocument
{
    /// <summary>No description is larger, in bytes.</summary>
    public const int MaxSize = 16 << 20;

    public int Format { get; init; } = StoredDocument.Format;

    public required RunEnvironment Environment { get; init; }
}
