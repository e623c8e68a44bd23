namespace MlOps.Registry;

/// <summary>The settings of model registries, section <c>MlOps:Registry</c>.</summary>
/// <remarks>Read once, when a registry is made; there is no live reload.</remarks>
public sealed class RegistryOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = MlOpsOptions.SectionName + ":Registry";

    /// <summary>Gets or sets who is recorded as the author of changes that name nobody.</summary>
    /// <value>The default, <see langword="null"/>, is the operating system's user. At most 250 characters.</value>
    public string? Actor { get; set; }

    /// <summary>Gets what a version must be to be given an alias, by alias.</summary>
    /// <value>The default is empty: every version may have every alias. An alias is set at <c>MlOps:Registry:Aliases:&lt;alias&gt;</c>; case matters.</value>
    public IDictionary<string, PromotionPolicy> Aliases { get; } = new Dictionary<string, PromotionPolicy>(StringComparer.Ordinal);
}
