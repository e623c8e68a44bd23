namespace MlOps.Registry;

/// <summary>Describes a version in Markdown: what it is, what it was measured to do, and how to deploy it and roll it back.</summary>
/// <remarks>A card is rendered from what is recorded and nothing else, so it is never out of date and the same facts give the same text. What people wrote is escaped.</remarks>
public static class ModelCard
{
    /// <summary>The alias a card compares with and deploys to, if none is named.</summary>
    public const string DefaultAlias = "production";

    /// <summary>Renders the card of a version.</summary>
    /// <param name="model">The model, as it is now.</param>
    /// <param name="package">What the version consists of.</param>
    /// <param name="history">The model's history, oldest first.</param>
    /// <param name="alias">The alias whose version it is compared with, and that the steps of deploying are about.</param>
    /// <returns>The card in Markdown, with line feeds.</returns>
    /// <exception cref="ArgumentException">The package is of another model or of a version that is deleted.</exception>
    internal static string Render(RegisteredModel model, ModelPackage package, IEnumerable<ModelEvent> history, string alias = DefaultAlias)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(history);
        alias = model.SpellingOf(AliasRules.Validate(alias));
        var version = package.Version.Model == model.Name ? model.Find(package.Version.Number) : null;
        return version is null
            ? throw new ArgumentException($"The model '{model.Name}' has no version {package.Version.Number} of '{package.Version.Model}'. Open a version of this model.", nameof(package))
            : new ModelCardWriter(model, version, package, [.. history], alias).Write();
    }

    /// <summary>Looks a version up and renders its card.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="aliasOrNumber">The version, by alias or number.</param>
    /// <param name="alias">The alias whose version it is compared with, and that the steps of deploying are about.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The card in Markdown, with line feeds.</returns>
    /// <exception cref="VersionNotFoundException">The model or version is not there.</exception>
    public static async Task<string> RenderCardAsync(
        this IModelRegistry registry, string model, string aliasOrNumber, string alias = DefaultAlias, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var found = await registry.FindAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false)
            ?? throw await ModelNames.DescribeMissingAsync(registry, model, setting: "", cancellationToken).ConfigureAwait(false);
        var package = await registry.OpenAsync(found.Get(aliasOrNumber), cancellationToken).ConfigureAwait(false);
        var history = await registry.ReadHistoryAsync(model, cancellationToken).Cast<ModelEvent>().ToListAsync(cancellationToken).ConfigureAwait(false);
        return Render(found, package, history, alias);
    }
}
