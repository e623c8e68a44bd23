using MlOps.Documents;
using MlOps.Storage;

namespace MlOps;

/// <summary>The general settings of the <c>MlOps</c> section.</summary>
/// <remarks>The settings are read once, at the first use. A change takes effect after a restart.</remarks>
public sealed class MlOpsOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "MlOps";

    /// <summary>Gets or sets a value indicating whether unknown keys and names that are probably misspelled are errors.</summary>
    /// <value>The default is <see langword="true"/>. If <see langword="false"/>, they are logged as warnings. A value of the wrong type is
    /// always an error.</value>
    public bool Strict { get; set; } = true;

    /// <summary>Gets or sets the default actor: the person or service that is recorded for a change if the caller names no actor.</summary>
    /// <value>1 to 250 characters. The default is <see langword="null"/>: the operating system's user name, or <c>unknown</c> if there is
    /// none.</value>
    public string? Actor { get; set; }

    /// <summary>Gets the settings that select the artifact store, section <c>MlOps:Storage</c>.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>Gets the configured actor, or the operating system's user name.</summary>
    internal string EffectiveActor => Actor ?? RecordText.SystemUser;
}
