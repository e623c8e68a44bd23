using System.Globalization;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Holds the versions of a served model that callers request with <see cref="IModel.At"/>. Each version is loaded on first use.</summary>
/// <param name="name">The name of the served model.</param>
/// <param name="options">The settings of the model.</param>
/// <param name="cacheFolder">The parent of the cache folders of the versions.</param>
/// <param name="create">Creates the model for a version.</param>
internal sealed class SideVersions(string name, ServedModelOptions options, string cacheFolder, Func<ServedModelOptions, ServedModel> create)
{
    /// <summary>The maximum number of models, so that requests for arbitrary aliases do not exhaust memory.</summary>
    private const int MaxNames = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServedModel> _models = new(StringComparer.OrdinalIgnoreCase);
    private bool _isDisposed;

    /// <summary>Gets or creates the model for a version. Unloads other versions if too many are loaded.</summary>
    /// <exception cref="ArgumentException"><paramref name="version"/> is neither a number nor an alias.</exception>
    public ServedModel Get(string version)
    {
        var own = CreateOptions(version);
        version = own.Version?.ToString(CultureInfo.InvariantCulture) ?? version;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(IModel));
            if (!_models.TryGetValue(version, out var model))
            {
                RemoveOneIfFull();
                own.CacheFolder = Path.Combine(cacheFolder, $"{name}@{version}");
                model = _models[version] = create(own);
                model.BeforeAndAfterLoad = () => UnloadSurplus(model, isLoading: true);
            }

            UnloadSurplus(model, isLoading: false);

            return model;
        }
    }

    /// <summary>Rejects further requests.</summary>
    /// <returns>The models, which the caller must dispose.</returns>
    public IReadOnlyList<ServedModel> Close()
    {
        lock (_lock)
        {
            _isDisposed = true;
            ServedModel[] models = [.. _models.Values];
            _models.Clear();
            return models;
        }
    }

    private ServedModelOptions CreateOptions(string version)
    {
        if (options.File is { } file)
        {
            throw new InvalidOperationException(
                $"The model '{name}' is served from '{file}', so the version '{RecordText.Shorten(version)}' cannot be selected. "
                + "Predict with the model itself, or register the versions and serve them from the registry.");
        }

        var side = options.Clone();
        side.Origin = OptionsOrigin.At;
        side.Start = ModelStartMode.Lazy;
        if (int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            side.Version = number;
        }
        else if (AliasRules.FindFault(version) is { } fault)
        {
            throw new ArgumentException(
                $"'{RecordText.Shorten(version)}' is neither a version number nor an alias: {fault} Use a value such as '3' or 'production'.",
                nameof(version));
        }
        else
        {
            (side.Version, side.Alias) = (null, version);
        }

        return side;
    }

    /// <summary>Unloads the least recently used models, so that at most <c>MaxSideVersions</c> are loaded, including <paramref name="next"/>.</summary>
    /// <remarks>
    /// A freshly loaded model is not unloaded before its first use. Otherwise, if concurrent callers use more versions than the limit, models would be
    /// unloaded before they are used.
    /// </remarks>
    private void UnloadSurplus(ServedModel next, bool isLoading)
    {
        lock (_lock)
        {
            if (_models.Count <= options.MaxSideVersions)
            {
                return;
            }

            var loaded = _models.Values.Where(model => model != next && model.Status.ReadyVersion is not null).ToArray();
            var surplus = loaded.Length + (isLoading || next.Status.ReadyVersion is not null ? 1 : 0) - options.MaxSideVersions;
            if (surplus > 0)
            {
                Array.ForEach(
                    [.. loaded.Where(static model => !model.IsFreshlyLoaded).OrderBy(static model => model.LastUsed).Take(surplus)], static model =>
                        model.Unload());
            }
        }
    }

    private void RemoveOneIfFull()
    {
        if (_models.Count >= MaxNames)
        {
            var (version, model) = _models.MinBy(static pair => (pair.Value.Status.ReadyVersion is not null, pair.Value.LastUsed));
            _models.Remove(version);
            model.Dispose();
        }
    }
}
