using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Tracks the states of the versions of a served model, and publishes them as immutable snapshots.</summary>
internal sealed class VersionStates(string name, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LoadedVersion, ServedVersion> _draining = [];
    private ServedVersion? _loading;
    private ServedVersion? _failed;
    private (LoadedVersion Loaded, ServedVersion State)? _ready;
    private bool _isFromCache;
    private string? _error;
    private DateTimeOffset? _checked;
    private volatile ModelStatus _status = new(name, []);

    public ModelStatus Status => _status;

    /// <summary>Records a successful check for the version to serve.</summary>
    public void SetChecked() => Change(() => _checked = timeProvider.GetUtcNow());

    /// <summary>Records the error of a failed check, or the reason why the version to serve is not loaded.</summary>
    public void SetError(string error) => Change(() => _error = error);

    public void SetLoading(ModelVersion version) => Change(() => _loading = Make(version, ServedVersionState.Loading));

    /// <summary>Records the end of a load that neither succeeded nor failed.</summary>
    public void EndLoading() => Change(() => _loading = null);

    public void SetFailed(ModelVersion version, string error) => Change(() =>
    {
        _loading = null;
        _failed = Make(version, ServedVersionState.Failed, error);
        _error = error;
    });

    /// <summary>Records that a version is ready, and that the previous version, if any, drains.</summary>
    public void SetReady(LoadedVersion version, bool isFromCache, string? error) => Change(() =>
    {
        Drain();
        _loading = _failed = null;
        _ready = (version, Make(version.Local.Metadata, ServedVersionState.Ready));
        (_isFromCache, _error) = (isFromCache, error);
    });

    /// <summary>Records that the current version is the version to serve.</summary>
    public void SetUpToDate() => Change(() => (_failed, _isFromCache, _error) = (null, false, null));

    /// <summary>Records that the current version drains and no version is ready. The next use loads a version.</summary>
    public void SetNoneReady() => Change(() =>
    {
        Drain();
        _error = null;
    });

    /// <summary>Removes a draining version that has been unloaded.</summary>
    public void Remove(LoadedVersion version) => Change(() => _draining.Remove(version));

    private void Drain()
    {
        if (_ready is { } ready)
        {
            _draining[ready.Loaded] = Make(ready.Loaded.Local.Metadata, ServedVersionState.Draining);
            _ready = null;
        }
    }

    private ServedVersion Make(ModelVersion version, ServedVersionState state, string? error = null) =>
        new(version.Number, state, timeProvider.GetUtcNow(), error);

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            ServedVersion?[] versions = [_loading, _failed, _ready?.State, .. _draining.Values];
            _status = new ModelStatus(name, [.. versions.OfType<ServedVersion>().OrderBy(static version => version.Number)])
            {
                IsFromCache = _isFromCache,
                Error = _error,
                Checked = _checked,
            };
        }
    }
}
