namespace MlOps.Registry;

/// <summary>The settings of model registries, in the section <c>MlOps:Registry</c>.</summary>
/// <remarks>The settings are read once, when a registry is created. A change takes effect after a restart.</remarks>
public sealed class RegistryOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = MlOpsOptions.SectionName + ":Registry";

    /// <summary>Gets the promotion gates, by alias.</summary>
    /// <value>
    /// The default is empty: an alias without an entry has no gates. The settings of an alias are at <c>MlOps:Registry:Aliases:&lt;alias&gt;</c>. Aliases are
    /// case-insensitive.
    /// </value>
    public IDictionary<string, PromotionPolicy> Aliases { get; } = new Dictionary<string, PromotionPolicy>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the additional formats of versions, besides <c>mlnet</c>, <c>onnx</c> and the formats of the registered loaders.</summary>
    /// <value>
    /// The default is empty. Add a format that only other processes load. Registration and promotion refuse unknown formats. Formats are case-insensitive.
    /// </value>
    public IList<string> Formats { get; } = [];

    /// <summary>Gets or sets the function that lists the formats of the registered loaders.</summary>
    internal Func<IEnumerable<string>> LoaderFormats { get; set; } = static () => [];
}
