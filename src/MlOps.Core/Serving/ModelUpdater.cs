using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Keeps a served model at the version that the registry names: looks, fetches, loads, swaps, and says what it is doing.</summary>
internal sealed partial class ModelUpdater : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailedLook = TimeSpan.FromSeconds(1);

    /// <summary>How long a prediction under way may hold up the end of the service.</summary>
    private static readonly TimeSpan s_lastPrediction = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly ModelOptions _options;
    private readonly ModelServices _services;
    private readonly VersionLook _look;
    private readonly RegistryPoll _poll;
    private readonly ModelSlot _slot;
    private readonly ModelLoading _loading;
    private readonly VersionCache _cache;
    private readonly ServedVersions _versions;
    private readonly VersionSwap _swap;
    private readonly ModelUse _use = new();
    private readonly ILogger _logger;
    private LoadFailure? _failure;
    private (Exception Exception, DateTimeOffset Time)? _failedLook;
    private bool _isStoreKnown;
    private Task? _first;
    private string? _reported;

    public ModelUpdater(string name, ModelOptions options, ModelServices services, ModelSlot slot, VersionFactory factory)
    {
        Name = name;
        IsLazy = options.Start == ModelStart.Lazy;
        _options = options;
        _services = services;
        _look = new VersionLook(name, options, services.Registry);
        _poll = new RegistryPoll(_look.Model, options.PollInterval, services, LookAsync);
        _slot = slot;
        _logger = new BackgroundLogger(services.Loggers.CreateLogger(typeof(IModel).FullName!));
        _loading = new ModelLoading(name, options, services, factory);
        _cache = new VersionCache(Path.Combine(options.CacheFolder ?? services.Options.CacheFolder, name), $"{_look.Model}@{_look.Which}", services.TimeProvider, _logger);
        _versions = new ServedVersions(name, services.TimeProvider);
        _swap = new VersionSwap(name, slot, _versions, _logger);
    }

    public string Name { get; }

    public ModelStatus Status => _versions.Status;

    /// <summary>Gets a value indicating whether the model is loaded when it is asked for.</summary>
    public bool IsLazy { get; }

    /// <summary>Gets a value indicating whether the model makes room for another: not while the version to come in its place cannot be loaded.</summary>
    public bool MakesRoom => IsLazy && _failure is null or { IsOfMemory: true };

    /// <summary>Gets when the model was used last, to about a second, in milliseconds of a monotonic clock.</summary>
    public long LastUsed => _use.Last;

    /// <summary>Gets a value indicating whether the model may make room for another now: not before those who waited for it could use it.</summary>
    public bool CanBeUnloaded => MakesRoom && _slot.Current is not null && !_use.IsAwaited;

    private string Answering => _slot.Current is { } current ? $"version {current.Local.Number}" : "nothing";

    private DateTimeOffset Now => _services.TimeProvider.GetUtcNow();

    /// <summary>Notes that the model is used.</summary>
    public void Use()
    {
        if (IsLazy && _use.Note())
        {
            _services.Memory.Change();
        }
    }

    /// <summary>Loads the model as its settings say for the host's start, and goes on looking at the registry from then on.</summary>
    /// <exception cref="MlOpsException">The model is required and cannot be served.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!IsLazy)
            {
                await UpdateAsync(UpdateReason.Request, maxAge: default, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (_options.Start == ModelStart.Optional && !cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(exception, Name);
        }
    }

    /// <summary>Looks at the registry, and lets the version it names answer if that is another one.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="maxAge">How old what is known of the registry may be.</param>
    /// <param name="cancellationToken">Cancels waiting and loading.</param>
    public async Task UpdateAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IModel));
        _poll.Start();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await _gate.WaitAsync(linked.Token).ConfigureAwait(false);
        try
        {
            if (await FindAsync(reason, maxAge, linked.Token).ConfigureAwait(false) is { } version)
            {
                await UpdateAsync(reason, version, linked.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (_slot.Current is null && !IsUnwanted(reason) && _options.Start != ModelStart.Required && LoadFailure.IsOfStore(exception))
        {
            if (!await StartFromCacheAsync(exception, reason, linked.Token).ConfigureAwait(false))
            {
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Loads a model that is not loaded. Of any number of callers at once one does it, and none can cancel it for the others.</summary>
    /// <exception cref="ModelNotReadyException">It cannot be loaded.</exception>
    public async Task EnsureLoadedAsync(CancellationToken cancellationToken)
    {
        while (_slot.Current is null)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IModel));
            try
            {
                await LoadFirst().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ModelNotReadyException(Name, exception.Message, exception);
            }

            if (_slot.Current is null && _failure is { } failure)
            {
                throw new ModelNotReadyException(Name, failure.Exception.Message, failure.Exception);
            }
        }
    }

    /// <summary>Begins to load a model that is not loaded, for later callers.</summary>
    public Exception BeginLoading()
    {
        if (_stopping.IsCancellationRequested)
        {
            return new ObjectDisposedException(Name);
        }

        var cause = _failure?.Exception ?? _failedLook?.Exception;
        _ = LoadFirst().ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return new ModelNotReadyException(Name, cause?.Message ?? "it is being loaded. Wait for its readiness, or predict with PredictAsync, which does.", cause);
    }

    /// <summary>Tells whether a lazy model was unloaded meanwhile, and nobody has asked for it since.</summary>
    public bool IsUnwanted(UpdateReason reason) => reason == UpdateReason.Poll && IsLazy && _slot.Current is null;

    /// <summary>Unloads the model, to make room for another.</summary>
    public void Unload()
    {
        if (_swap.Remove() is { } version)
        {
            LogUnloaded(Name, version.Local.Number);
        }
    }

    /// <summary>Unloads the model without waiting for what is under way in the background.</summary>
    public void Dispose()
    {
        // The source is not disposed: those who come too late ask for its token.
        _stopping.Cancel();
        _poll.Dispose();
        _swap.Dispose();
    }

    /// <summary>Unloads the model, and waits until it is and what is under way in the background has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        var last = _slot.Current;
        Dispose();
        Task?[] running;
        lock (_lock)
        {
            running = [_poll.Polling, _first];
        }

        foreach (var task in running.OfType<Task>())
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _gate.WaitAsync().ConfigureAwait(false); // a reload that somebody asked for
        _gate.Release();
        if (last is not null)
        {
            await last.Unloaded.WaitAsync(s_lastPrediction).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task UpdateAsync(UpdateReason reason, ModelVersion version, CancellationToken cancellationToken)
    {
        if (IsUnwanted(reason))
        {
            return;
        }

        if (_slot.Current is { } current && LoadFailure.IsSame(current.Local.Metadata, version))
        {
            _failure = null;
            _versions.SetCurrent();
        }
        else if (reason == UpdateReason.Request || _failure is not { } failure || !LoadFailure.IsSame(failure.Version, version) || failure.RetryAt <= Now)
        {
            await LoadAsync(version, reason, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _versions.Fail(failure.Exception.Message);
        }
    }

    private Task LoadFirst()
    {
        lock (_lock)
        {
            return _first is { IsCompleted: false } ? _first
                : _failedLook is { } failed && Now - failed.Time < s_pauseAfterFailedLook ? Task.FromException(failed.Exception)
                : _first = Task.Run(() => UpdateAsync(UpdateReason.Use, _options.PollInterval, _stopping.Token));
        }
    }

    private async Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            await ThrowIfOtherStoreAsync(reason, cancellationToken).ConfigureAwait(false);
            var version = await _look.FindAsync(reason == UpdateReason.Poll, maxAge, cancellationToken).ConfigureAwait(false);
            if (version is not null)
            {
                _failedLook = null;
                _versions.Check();
            }

            return version;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _failedLook = (exception, Now);
            _versions.Fail(exception.Message);
            throw;
        }
    }

    /// <summary>Makes sure that the store is the one that the cache was filled from, and on request that it is the one that it was before.</summary>
    private async Task ThrowIfOtherStoreAsync(UpdateReason reason, CancellationToken cancellationToken)
    {
        if (reason == UpdateReason.Request && _services.Marker.Id is not null)
        {
            await _services.Marker.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!_isStoreKnown && await _cache.FindStoreAsync(cancellationToken).ConfigureAwait(false) is { } id)
        {
            await _services.Marker.ThrowIfNotAsync(id, _cache.Folder, cancellationToken).ConfigureAwait(false);
        }

        _isStoreKnown = true;
    }

    private async Task LoadAsync(ModelVersion version, UpdateReason reason, CancellationToken cancellationToken)
    {
        _versions.SetLoading(version);
        using var load = _services.Instruments.StartLoad(Name, version);
        try
        {
            var fetched = await _cache.FetchAsync(_services.Registry, version, cancellationToken).ConfigureAwait(false);
            await LoadAsync(fetched, reason, cause: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            load.Fail(exception);
            _failure = LoadFailure.After(_failure, version, exception, Now);
            _versions.SetFailed(version, exception.Message);
            LogFailed(exception, Name, version.Number, Answering, _failure.RetryAt?.ToString("u", CultureInfo.InvariantCulture) ?? "no fixed time");
            throw;
        }
        catch
        {
            _versions.EndLoading();
            throw;
        }
    }

    /// <summary>Loads what is on the local disk, and lets it answer.</summary>
    private async Task LoadAsync(LocalVersion fetched, UpdateReason reason, Exception? cause, CancellationToken cancellationToken)
    {
        _loading.ThrowIfTooLarge(fetched.Metadata);
        if (await _services.Memory.ReserveAsync(this, reason, ModelLoading.SizeOf(fetched.Metadata), _options.LoadTimeout, cancellationToken).ConfigureAwait(false) is not { } reservation)
        {
            _versions.EndLoading();
            return;
        }

        LoadedVersion loaded;
        try
        {
            loaded = await _loading.LoadAsync(fetched, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }

        _use.Begin();
        var before = _swap.Install(loaded, reservation, isFromCache: cause is not null, cause?.Message);
        _failure = null;
        await _cache.RememberAsync(loaded, before, cause is null ? _services.Marker.Id : null).ConfigureAwait(false);
    }

    private async Task<bool> StartFromCacheAsync(Exception cause, UpdateReason reason, CancellationToken cancellationToken)
    {
        if (await _cache.FindLastServedAsync(cancellationToken).ConfigureAwait(false) is not { } fetched)
        {
            return false;
        }

        _versions.SetLoading(fetched.Metadata);
        try
        {
            await LoadAsync(fetched, reason, cause, cancellationToken).ConfigureAwait(false);
            LogFromCache(cause, Name, fetched.Number);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _versions.SetFailed(fetched.Metadata, exception.Message);
            LogFailed(exception, Name, fetched.Number, Answering, "the next look");
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong, the version that answers goes on, and the registry is looked at again.")]
    private async Task LookAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            if (_slot.Current is not null || !IsLazy)
            {
                await UpdateAsync(UpdateReason.Poll, maxAge, cancellationToken).ConfigureAwait(false);
            }

            _reported = null;
        }
        catch (Exception exception)
        {
            // Once for each cause: a store that is away for an hour is no reason for a thousand lines.
            if (exception != _failure?.Exception && exception.Message != _reported && !cancellationToken.IsCancellationRequested)
            {
                LogNotChecked(exception, Name, Answering);
            }

            _reported = exception.Message;
        }
    }

    [LoggerMessage(601, LogLevel.Error, "Version {Version} of the model '{Name}' cannot be served; what answers is {Current}. It is tried again at {RetryAt}, and when the registry names another version or a reload is asked for.")]
    private partial void LogFailed(Exception exception, string name, int version, string current, string retryAt);

    [LoggerMessage(602, LogLevel.Warning, "The registry does not say which version of the model '{Name}' to serve; what answers is {Current}.")]
    private partial void LogNotChecked(Exception exception, string name, string current);

    [LoggerMessage(603, LogLevel.Warning, "The model '{Name}' was started from the local cache with version {Version}, because the store could not be read. The registry may name another one by now.")]
    private partial void LogFromCache(Exception exception, string name, int version);

    [LoggerMessage(604, LogLevel.Warning, "The model '{Name}' is optional and could not be loaded. It goes on being tried.")]
    private partial void LogNotStarted(Exception exception, string name);

    [LoggerMessage(605, LogLevel.Information, "Version {Version} of the model '{Name}' was unloaded to make room for others.")]
    private partial void LogUnloaded(string name, int version);
}
