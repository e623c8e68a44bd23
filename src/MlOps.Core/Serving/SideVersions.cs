using System.Globalization;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The versions of a served model that callers named, beside the one that its settings name. Each is loaded when it is first used.</summary>
/// <param name="name">The name under which the model is served.</param>
/// <param name="options">The settings of the model.</param>
/// <param name="cacheFolder">The folder in which the model has its own cache folder.</param>
/// <param name="create">Creates the model of a version.</param>
internal sealed class SideVersions(string name, ServedModelOptions options, string cacheFolder, Func<ServedModelOptions, ServedModel> create)
{
    /// <summary>The most names that are kept, so that callers who name anything do not fill the memory.</summary>
    private const int MostNames = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServedModel> _models = new(StringComparer.OrdinalIgnoreCase);
    private bool _isDisposed;

    /// <summary>Gets the model of a version, which unloads others when it is loaded and too many are.</summary>
    /// <exception cref="ArgumentException">The text is neither a number nor an alias.</exception>
    public ServedModel Get(string version)
    {
        var own = Describe(version);
        version = own.Version?.ToString(CultureInfo.InvariantCulture) ?? version;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(IModel));
            if (!_models.TryGetValue(version, out var model))
            {
                Trim();
                own.CacheFolder = Path.Combine(cacheFolder, $"{name}@{version}");
                model = _models[version] = create(own);
                model.Loading = () => MakeRoom(model, isLoading: true);
            }

            MakeRoom(model, isLoading: false);

            return model;
        }
    }

    /// <summary>Forbids further versions.</summary>
    /// <returns>The models, which the caller disposes.</returns>
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

    private ServedModelOptions Describe(string version)
    {
        if (options.File is { } file)
        {
            throw new InvalidOperationException(
                $"The model '{name}' is served from '{file}', which has one version at a time, so '{RecordText.Shorten(version)}' cannot be named. "
                + "Predict with the model itself, or register the versions and serve them from the registry.");
        }

        var side = options.Clone();
        side.Origin = ModelOrigin.At;
        side.Start = ModelStart.Lazy;
        if (int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            side.Version = number;
        }
        else if (AliasRules.FindFault(version) is { } fault)
        {
            throw new ArgumentException(
                $"'{RecordText.Shorten(version)}' is neither the number of a version nor an alias: {fault} Name a version such as '3' or 'production'.",
                nameof(version));
        }
        else
        {
            (side.Version, side.Alias) = (null, version);
        }

        return side;
    }

    /// <summary>Unloads the models that were not used for the longest time, so that with the next one no more are loaded than may be.</summary>
    /// <remarks>One that was loaded and not used yet stays, so that callers who want more versions than may be loaded do not keep unloading one
    /// another's.</remarks>
    private void MakeRoom(ServedModel next, bool isLoading)
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
                    [.. loaded.Where(static model => !model.IsAwaited).OrderBy(static model => model.LastUsed).Take(surplus)], static model => model.Unload());
            }
        }
    }

    private void Trim()
    {
        if (_models.Count >= MostNames)
        {
            var (version, model) = _models.MinBy(static pair => (pair.Value.Status.ReadyVersion is not null, pair.Value.LastUsed));
            _models.Remove(version);
            model.Dispose();
        }
    }
}
