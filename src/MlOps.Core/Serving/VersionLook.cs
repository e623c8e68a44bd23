using System.Globalization;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Finds the version that the registry names for a served model.</summary>
internal sealed class VersionLook(string name, ServedModelOptions options, IModelRegistry registry)
{
    /// <summary>The state of the registry in which the version was found missing.</summary>
    private (RegisteredModel? Model, bool IsMissing) _last;

    /// <summary>Gets the name of the model in the registry.</summary>
    public string Model { get; } = options.Model ?? name;

    /// <summary>Gets the alias or number of the version.</summary>
    public string Which { get; } = options.Version?.ToString(CultureInfo.InvariantCulture) ?? options.Alias;

    /// <summary>Looks at the registry.</summary>
    /// <param name="isBackground">Whether nobody waits for the answer, so that a look that finds nothing new leaves no span and no measurement.</param>
    /// <param name="maxAge">How old the answer may be.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>The version, or <see langword="null"/> if a background look finds the registry as it was when the version was last reported missing.</returns>
    /// <exception cref="VersionNotFoundException">There is no such version. The message names the setting and the nearest names.</exception>
    public async Task<ModelVersion?> FindAsync(bool isBackground, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        RegisteredModel? model;
        using (isBackground ? BackgroundPolling.Begin() : null)
        {
            model = await registry.FindAsync(Model, maxAge, cancellationToken).ConfigureAwait(false);
        }

        var version = model?.Find(Which);
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
                { Origin: ModelOrigin.At } => model.NotFound(Which, setting: "", remedy: ""),
                { Version: null } =>
                    model.NotFound(Which, $"It is set by {Setting(nameof(options.Alias))}. ", " Set the alias with SetAliasAsync, or correct the setting."),
                _ => model.NotFound(Which, $"It is set by {Setting(nameof(options.Version))}. ", " Correct the setting."),
            };
        }

        var call = options.Origin == ModelOrigin.AddAsync ? nameof(IServedModels.AddAsync) : "AddModel";
        var setting = options.Model is null
            ? $"{call}(\"{name}\") names it; set {Setting(nameof(options.Model))} if the registry has it under another name. "
            : $"It is set by {Setting(nameof(options.Model))}. ";
        return await ModelNames.DescribeMissingAsync(registry, Model, setting, cancellationToken).ConfigureAwait(false);
    }

    private string Setting(string option) => options.Origin == ModelOrigin.AddAsync
        ? $"{nameof(ServedModelOptions)}.{option}"
        : $"{MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{option}";
}
