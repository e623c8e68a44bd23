using System.Globalization;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Finds the version of a served model in the registry.</summary>
internal sealed class VersionLookup(string name, ServedModelOptions options, IModelRegistry registry)
{
    /// <summary>The state of the registry at the last lookup, and whether the version was missing.</summary>
    private (RegisteredModel? Model, bool IsMissing) _last;

    /// <summary>Gets the name of the model in the registry.</summary>
    public string Model { get; } = options.Model ?? name;

    /// <summary>Gets the alias or number of the version.</summary>
    public string VersionOrAlias { get; } = options.Version?.ToString(CultureInfo.InvariantCulture) ?? options.Alias;

    /// <summary>Looks up the version.</summary>
    /// <param name="isBackground">Whether this is a background poll. A poll that finds no change records no span and no measurement.</param>
    /// <param name="maxAge">The maximum age of cached state.</param>
    /// <param name="cancellationToken">A token that cancels the lookup.</param>
    /// <returns>The version, or <see langword="null"/> if the version is missing and a background poll has reported this already.</returns>
    /// <exception cref="VersionNotFoundException">The version does not exist. The message names the setting and similar names.</exception>
    public async Task<ModelVersion?> FindAsync(bool isBackground, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        RegisteredModel? model;
        using (isBackground ? BackgroundPolling.Begin() : null)
        {
            model = await registry.FindAsync(Model, maxAge, cancellationToken).ConfigureAwait(false);
        }

        var version = model?.Find(VersionOrAlias);
        var isKnown = isBackground && _last.IsMissing && ReferenceEquals(model, _last.Model);
        _last = (model, version is null);
        return version is not null || isKnown ? version : throw await DescribeMissingAsync(model, cancellationToken).ConfigureAwait(false);
    }

    private async Task<VersionNotFoundException> DescribeMissingAsync(RegisteredModel? model, CancellationToken cancellationToken)
    {
        if (model is not null)
        {
            return options switch
            {
                { Origin: OptionsOrigin.At } => model.NotFound(VersionOrAlias, setting: "", remedy: ""),
                { Version: null } =>
                    model.NotFound(VersionOrAlias, $"The alias is set by {Setting(nameof(options.Alias))}. ",
                        " Set the alias with SetAliasAsync, or correct the setting."),
                _ => model.NotFound(VersionOrAlias, $"The version is set by {Setting(nameof(options.Version))}. ", " Correct the setting."),
            };
        }

        var call = options.Origin == OptionsOrigin.AddAsync ? nameof(IServedModels.AddAsync) : "AddModel";
        var setting = options.Model is null
            ? $"The name is set by {call}(\"{name}\"). If the registry has the model under another name, set {Setting(nameof(options.Model))}. "
            : $"The name is set by {Setting(nameof(options.Model))}. ";
        return await MissingModel.CreateExceptionAsync(registry, Model, setting, cancellationToken).ConfigureAwait(false);
    }

    private string Setting(string option) => options.Origin == OptionsOrigin.AddAsync
        ? $"{nameof(ServedModelOptions)}.{option}"
        : $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{option}";
}
