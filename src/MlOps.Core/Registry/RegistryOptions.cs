namespace MlOps.Registry;

/// <summary>The settings of model registries, section <c>MlOps:Registry</c>.</summary>
/// <remarks>Read once, when a registry is made; a change takes effect after a restart.</remarks>
public sealed class RegistryOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = MlOpsOptions.SectionName + ":Registry";

    /// <summary>Gets what a version must be to be given an alias, by alias.</summary>
    /// <value>The default is empty: every version may have every alias. An alias is set at <c>MlOps:Registry:Aliases:&lt;alias&gt;</c>; case does not distinguish.</value>
    public IDictionary<string, PromotionPolicy> Aliases { get; } = new Dictionary<string, PromotionPolicy>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the formats that versions may have besides <c>mlnet</c>, <c>onnx</c> and those of registered loaders.</summary>
    /// <value>The default is empty. Add a format that only other processes load; any other is refused when a version is registered or promoted. Case does not distinguish.</value>
    public IList<string> Formats { get; } = [];

    /// <summary>Gets or sets the function that lists the formats of the registered loaders.</summary>
    internal Func<IEnumerable<string>> LoaderFormats { get; set; } = static () => [];
}
