namespace MlOps.Serving;

/// <summary>The states of a served model's versions, kept so that any thread can read them at any time.</summary>
internal sealed class ServedVersions(string name, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, ServedVersion> _versions = [];
    private volatile ModelStatus _status = new() { Name = name, Versions = [] };

    public ModelStatus Status => _status;

    /// <summary>Records that the registry said which version is to be served.</summary>
    public void Check() => Publish(_status.IsFromCache, error: null, timeProvider.GetUtcNow());

    /// <summary>Records that the registry could not be read, or the version not be served.</summary>
    public void Fail(string error) => Publish(_status.IsFromCache, error, _status.Checked);

    public void SetLoading(int number) => Change(() => Set(number, ServedVersionState.Loading));

    public void SetFailed(int number, string error)
    {
        Change(() =>
        {
            Remove(ServedVersionState.Failed);
            Set(number, ServedVersionState.Failed, error);
        });
        Fail(error);
    }

    /// <summary>Records that a version answers now, and that the one before, if any, drains.</summary>
    public void SetReady(int number, int? before, bool isFromCache)
    {
        Change(() =>
        {
            Remove(ServedVersionState.Failed);
            Remove(ServedVersionState.Ready);
            if (before is { } draining)
            {
                Set(draining, ServedVersionState.Draining);
            }

            Set(number, ServedVersionState.Ready);
        });
        Publish(isFromCache, error: null, _status.Checked);
    }

    /// <summary>Records that what the registry names is what answers, from wherever it came.</summary>
    public void SetCurrent()
    {
        Change(() => Remove(ServedVersionState.Failed));
        Publish(isFromCache: false, error: null, timeProvider.GetUtcNow());
    }

    /// <summary>Records that a version is no longer in a state, unless it is in another one by now.</summary>
    public void End(int number, ServedVersionState state) => Change(() =>
    {
        if (_versions.TryGetValue(number, out var version) && version.State == state)
        {
            _versions.Remove(number);
        }
    });

    /// <summary>Records that the version that answered drains, and none answers.</summary>
    public void SetUnloaded(int number) => Change(() => Set(number, ServedVersionState.Draining));

    private void Set(int number, ServedVersionState state, string? error = null) =>
        _versions[number] = new ServedVersion { Number = number, State = state, Since = timeProvider.GetUtcNow(), Error = error };

    private void Remove(ServedVersionState state)
    {
        foreach (var number in _versions.Values.Where(version => version.State == state).Select(static version => version.Number).ToArray())
        {
            _versions.Remove(number);
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Publish(_status.IsFromCache, _status.Error, _status.Checked);
        }
    }

    private void Publish(bool isFromCache, string? error, DateTimeOffset? @checked)
    {
        lock (_lock)
        {
            _status = new ModelStatus { Name = name, Versions = [.. _versions.Values], IsFromCache = isFromCache, Error = error, Checked = @checked };
        }
    }
}
