using MlOps.Storage;

namespace MlOps;

/// <summary>The settings of the <c>MlOps</c> section that belong to no single provider.</summary>
/// <remarks>Read once, when first used; a change takes effect after a restart.</remarks>
public sealed class MlOpsOptions
{
    /// <summary>The name of the configuration section everything is read from.</summary>
    public const string SectionName = "MlOps";

    /// <summary>Gets or sets a value indicating whether keys that no option reads, and names that look misspelt, are errors.</summary>
    /// <value>The default is <see langword="true"/>. With <see langword="false"/> they are warnings in the log. Values of the wrong type or shape are errors in any case.</value>
    public bool Strict { get; set; } = true;

    /// <summary>Gets the choice of the artifact store, section <c>MlOps:Storage</c>.</summary>
    public StorageOptions Storage { get; } = new();
}
