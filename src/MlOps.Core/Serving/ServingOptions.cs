namespace MlOps.Serving;

/// <summary>The settings that all served models share, section <c>MlOps:Serving</c>.</summary>
/// <remarks>The settings are read once, when the first model is used. Changes take effect after a restart.</remarks>
public sealed class ServingOptions
{
    /// <summary>The name of the section, below <c>MlOps</c>.</summary>
    internal const string SectionName = "Serving";

    /// <summary>Gets or sets the folder for verified files of the current and previous versions. Each model has a subfolder.</summary>
    /// <remarks>Use a separate folder for each process. The folder is created with access for the user only. Other files in it are not deleted.</remarks>
    /// <value>The default is <c>mlops-models</c> in the working directory.</value>
    public string CacheFolder { get; set; } = "mlops-models";

    /// <summary>
    /// Gets or sets the maximum memory use of all loaded models together, in bytes. The least recently used lazy models are unloaded to stay below
    /// it.
    /// </summary>
    /// <value>
    /// The default is <see langword="null"/>: no limit. The minimum is 1. The memory use of a version is the
    /// <see cref="Registry.ResourceProfile.Memory"/> that was measured on the kind of this machine, or else the greatest value of other kinds, or else the
    /// size of its files.
    /// </value>
    public long? MemoryBudget { get; set; }
}
