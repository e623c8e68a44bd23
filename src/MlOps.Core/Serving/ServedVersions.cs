using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The states of a served model's versions, kept so that any thread can read all of them at any time.</summary>
internal sealed class ServedVersions(string name, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LoadedVersion, ServedVersion> _draining = [];
    private ServedVersion? _loading;
    private ServedVersion? _failed;
    private (LoadedVersion Loaded, ServedVersion State)? _ready;
    private bool _isFromCache;
    private string? _error;
    private DateTimeOffset? _checked;
    private volatile ModelStatus _status = new() { Name = name, Versions = [] };

    public ModelStatus Status => _status;

    /// <summary>Records a successful look for the version to serve.</summary>
    public void Check() => Change(() => _checked = timeProvider.GetUtcNow());

    /// <summary>Records that the registry could not be read, or that what it names is not served.</summary>
    public void Fail(string error) => Change(() => _error = error);

    public void SetLoading(ModelVersion version) => Change(() => _loading = Make(version, ServedVersionState.Loading));

    /// <summary>Records that a load came to an end, other than by being ready.</summary>
    public void EndLoading() => Change(() => _loading = null);

    public void SetFailed(ModelVersion version, string error) => Change(() =>
    {
        _loading = null;
        _failed = Make(version, ServedVersionState.Failed, error);
        _error = error;
    });

    /// <summary>Records that a version answers now, and that the one before, if any, drains.</summary>
    public void SetReady(LoadedVersion version, bool isFromCache, string? error) => Change(() =>
    {
        Drain();
        _loading = _failed = null;
        _ready = (version, Make(version.Local.Metadata, ServedVersionState.Ready));
        (_isFromCache, _error) = (isFromCache, error);
    });

    /// <summary>Records that what the registry names is what answers, from wherever it came.</summary>
    public void SetCurrent() => Change(() => (_failed, _isFromCache, _error) = (null, false, null));

    /// <summary>Records that the version that answered drains and that none answers. The next caller loads one.</summary>
    public void SetUnloaded() => Change(() =>
    {
        Drain();
        _error = null;
    });

    /// <summary>Records that a version is unloaded.</summary>
    public void End(LoadedVersion version) => Change(() => _draining.Remove(version));

    private void Drain()
    {
        if (_ready is { } ready)
        {
            _draining[ready.Loaded] = Make(ready.Loaded.Local.Metadata, ServedVersionState.Draining);
            _ready = null;
        }
    }

    private ServedVersion Make(ModelVersion version, ServedVersionState state, string? error = null) =>
        new() { Number = version.Number, State = state, Since = timeProvider.GetUtcNow(), Error = error };

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            ServedVersion?[] versions = [_loading, _failed, _ready?.State, .. _draining.Values];
            _status = new ModelStatus
            {
                Name = name,
                Versions = [.. versions.OfType<ServedVersion>().OrderBy(static version => version.Number)],
                IsFromCache = _isFromCache,
                Error = _error,
                Checked = _checked,
            };
        }
    }
}
