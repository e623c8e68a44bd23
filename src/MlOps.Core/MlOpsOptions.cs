using MlOps.Documents;
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

    /// <summary>Gets or sets the actor of every change for which no actor is named: of models, datasets, experiments, runs and steps.</summary>
    /// <value>The default, <see langword="null"/>, is the name of the operating system's user, or <c>unknown</c> if there is none. 1 to 250 characters.</value>
    public string? Actor { get; set; }

    /// <summary>Gets the choice of the artifact store, section <c>MlOps:Storage</c>.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>Gets the actor, or the operating system's user.</summary>
    internal string EffectiveActor => Actor ?? RecordText.SystemUser;
}
