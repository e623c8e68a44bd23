using MlOps.Storage;

namespace MlOps;

/// <summary>The settings of the <c>MlOps</c> section that belong to no single provider.</summary>
/// <remarks>Read once, when first used; there is no live reload.</remarks>
public sealed class MlOpsOptions
{
    /// <summary>The name of the configuration section everything is read from.</summary>
    public const string SectionName = "MlOps";

    /// <summary>Gets the choice of the artifact store, section <c>MlOps:Storage</c>.</summary>
    public StorageOptions Storage { get; } = new();
}
