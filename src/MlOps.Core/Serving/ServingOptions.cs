namespace MlOps.Serving;

/// <summary>The settings of all served models together, section <c>MlOps:Serving</c>.</summary>
/// <remarks>Read once, when the first model is used; a change takes effect after a restart.</remarks>
public sealed class ServingOptions
{
    /// <summary>The name of the section, below <c>MlOps</c>.</summary>
    internal const string SectionName = "Serving";

    /// <summary>
    /// Gets or sets the folder in which verified files of the versions served last are kept, a folder for each model. Give every process its own. It
    /// is created private to the user, and other files in it are left alone.
    /// </summary>
    /// <value>The default is <c>mlops-models</c> in the working directory.</value>
    public string CacheFolder { get; set; } = "mlops-models";

    /// <summary>
    /// Gets or sets the most memory that all loaded models together may need, in bytes; the lazy ones used least recently make room for others.
    /// </summary>
    /// <value>
    /// The default, <see langword="null"/>, is no bound; at least 1. What a version needs is what <see cref="Registry.ResourceProfile.Memory"/> says,
    /// or else the size of its files.
    /// </value>
    public long? MemoryBudget { get; set; }
}
