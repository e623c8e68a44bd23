namespace MlOps.Registry;

/// <summary>Renders model cards: descriptions of versions in Markdown, with metrics, gates, and the steps to deploy and roll back.</summary>
/// <remarks>A card is rendered from the recorded data only, so the same data gives the same text. Text that people wrote is escaped.</remarks>
public static class ModelCard
{
    /// <summary>The default alias for the comparison and the deployment steps.</summary>
    public const string DefaultAlias = "production";

    /// <summary>Renders the card of a version.</summary>
    /// <param name="model">The model.</param>
    /// <param name="package">The package of the version.</param>
    /// <param name="history">The history of the model, oldest event first.</param>
    /// <param name="alias">The alias whose version the card compares with, and which the deployment steps set.</param>
    /// <returns>The card in Markdown, with line feeds.</returns>
    /// <exception cref="ArgumentException">The package belongs to another model or to a deleted version.</exception>
    internal static string Render(RegisteredModel model, ModelPackage package, IEnumerable<ModelEvent> history, string alias = DefaultAlias)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(history);
        alias = model.SpellingOf(AliasRules.Validate(alias));
        var version = package.Version.Model == model.Name ? model.Find(package.Version.Number) : null;
        return version is null
            ? throw new ArgumentException(
                $"The model '{model.Name}' has no version {package.Version.Number} of '{package.Version.Model}'. Open a version of this model.",
                nameof(package))
            : new ModelCardWriter(model, version, package, [.. history], alias).Write();
    }

    /// <summary>Finds a version and renders its card.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="aliasOrNumber">The alias or number of the version.</param>
    /// <param name="alias">The alias whose version the card compares with, and which the deployment steps set.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The card in Markdown, with line feeds.</returns>
    /// <exception cref="VersionNotFoundException">The model or the version does not exist.</exception>
    public static async Task<string> RenderCardAsync(
        this IModelRegistry registry, string model, string aliasOrNumber, string alias = DefaultAlias, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var found = await registry.FindAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false)
            ?? throw await MissingModel.CreateExceptionAsync(registry, model, setting: "", cancellationToken).ConfigureAwait(false);
        var package = await registry.OpenAsync(found.Get(aliasOrNumber), cancellationToken).ConfigureAwait(false);
        var history = await registry.ReadHistoryAsync(model, cancellationToken: cancellationToken).Cast<ModelEvent>()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return Render(found, package, history, alias);
    }
}
