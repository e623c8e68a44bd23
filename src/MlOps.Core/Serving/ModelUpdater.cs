using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Keeps a served model at the version that the registry names: looks, fetches, loads, swaps, and says what it is doing.</summary>
internal sealed partial class ModelUpdater : ILoadedMemory, IDisposable, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly ModelOptions _options;
    private readonly ModelServices _services;
    private readonly IModelSlot _slot;
    private readonly ModelLoading _loading;
    private readonly VersionCache _cache;
    private readonly ServedVersions _versions;
    private readonly ILogger _logger;
    private LoadFailure? _failure;
    private Task? _first;
    private Task? _polling;
    private long _lastUsed;

    public ModelUpdater(string name, ModelOptions options, ModelServices services, IModelSlot slot)
    {
        _name = name;
        _options = options;
        _services = services;
        _slot = slot;
        IsLazy = options.Start == ModelStart.Lazy;
        _logger = services.Loggers.CreateLogger(typeof(IModel).FullName!);
        _loading = new ModelLoading(name, options, services, slot);
        _cache = new VersionCache(options.CacheFolder ?? Path.Combine(services.Options.CacheFolder, name), _logger);
        _versions = new ServedVersions(name, services.TimeProvider);
    }

    public ModelStatus Status => _versions.Status;

    public string Name => _name;

    public bool IsLazy { get; }

    public bool CanBeUnloaded => IsLazy && _slot.Current is not null;

    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Notes that the model is used, about once a second: more often, the threads would disturb one another.</summary>
    public void Use()
    {
        if (IsLazy && Environment.TickCount64 is var now && now - Volatile.Read(ref _lastUsed) > 1_000)
        {
            Volatile.Write(ref _lastUsed, now);
        }
    }

    /// <summary>Loads the model as its settings say for the host's start, and goes on looking at the registry from then on.</summary>
    /// <exception cref="MlOpsException">The model is required and cannot be served.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsLazy)
        {
            return;
        }

        try
        {
            await UpdateAsync(isAsked: true, maxAge: default, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (_options.Start == ModelStart.Optional && exception is not OperationCanceledException)
        {
            await StartFromCacheAsync(exception, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at the registry, and lets the version it names answer if that is another one.</summary>
    /// <param name="isAsked">Whether somebody asks for it: then a version that failed before is tried again, and it throws.</param>
    /// <param name="maxAge">How old what is known of the registry may be.</param>
    /// <param name="cancellationToken">Cancels waiting and loading.</param>
    public async Task UpdateAsync(bool isAsked, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        StartPolling();
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var version = await FindAsync(maxAge, cancellationToken).ConfigureAwait(false);
            if (_slot.Current is { } current && LoadFailure.IsSame(current.Version, version))
            {
                _failure = null;
                _versions.SetCurrent();
            }
            else if (isAsked || _failure is null || !LoadFailure.IsSame(_failure.Version, version) || _failure.RetryAt <= Now)
            {
                await LoadAsync(version, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                throw _failure.Exception;
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
            try
            {
                await LoadFirst().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or ModelNotReadyException))
            {
                throw new ModelNotReadyException(_name, exception.Message, exception);
            }
        }
    }

    /// <summary>Begins to load a model that is not loaded, for later callers.</summary>
    public ModelNotReadyException BeginLoading()
    {
        var exception = _failure?.Exception;
        _ = LoadFirst().ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return exception is null
            ? new ModelNotReadyException(_name, "it is being loaded. Wait for its readiness, or predict with PredictAsync, which does.")
            : new ModelNotReadyException(_name, exception.Message, exception);
    }

    public void Unload()
    {
        if (_slot.Exchange(null) is { } version)
        {
            _versions.SetUnloaded(version.Version.Number);
            Retire(version);
            LogUnloaded(_name, version.Version.Number);
        }
    }

    public void Dispose()
    {
        // The token of a source that was disposed could not be given to those who come too late.
        _stopping.Cancel();
        if (_slot.Exchange(null) is { } version)
        {
            Retire(version);
        }
    }

    /// <summary>Unloads the model after what is under way in the background has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task?[] running;
        lock (_lock)
        {
            running = [_polling, _first];
        }

        foreach (var task in running.OfType<Task>())
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Dispose();
    }

    private DateTimeOffset Now => _services.TimeProvider.GetUtcNow();

    private Task LoadFirst()
    {
        lock (_lock)
        {
            return _first is { IsCompleted: false } ? _first : _first = Task.Run(() => UpdateAsync(isAsked: false, _options.PollInterval, _stopping.Token));
        }
    }

    private async Task<ModelVersion> FindAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            var which = _options.Version?.ToString(CultureInfo.InvariantCulture) ?? _options.Alias;
            var version = await _services.Registry.GetVersionAsync(_options.Model ?? _name, which, maxAge, cancellationToken).ConfigureAwait(false);
            _versions.Check();
            return version;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _versions.Fail(exception.Message);
            throw;
        }
    }

    private async Task LoadAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        _versions.SetLoading(version.Number);
        using var load = _services.Instruments.StartLoad(_name, version);
        try
        {
            _loading.ThrowIfTooLarge(version);
            await _services.Memory.ReserveAsync(this, ModelLoading.SizeOf(version), cancellationToken).ConfigureAwait(false);
            try
            {
                var fetched = await _cache.FetchAsync(_services.Registry, version, cancellationToken).ConfigureAwait(false);
                var loaded = await _loading.LoadAsync(fetched, cancellationToken).ConfigureAwait(false);
                await _cache.RememberAsync(version, Swap(loaded, isFromCache: false)).ConfigureAwait(false);
            }
            catch
            {
                _services.Memory.Release(this, ModelLoading.SizeOf(version));
                throw;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _versions.End(version.Number, ServedVersionState.Loading);
            throw;
        }
        catch (Exception exception)
        {
            load.Fail(exception);
            _failure = LoadFailure.After(_failure, version, exception, Now);
            _versions.SetFailed(version.Number, exception.Message);
            LogFailed(exception, _name, version.Number, _slot.Current?.Version.Number, _failure.RetryAt);
            throw;
        }
    }

    private async Task StartFromCacheAsync(Exception cause, CancellationToken cancellationToken)
    {
        var fetched = _slot.Current is null && _failure is null ? await _cache.FindLastServedAsync(cancellationToken).ConfigureAwait(false) : null;
        if (fetched is null || (_options.Version is { } pinned && pinned != fetched.Version.Number))
        {
            LogNotStarted(cause, _name);
            return;
        }

        await _services.Memory.ReserveAsync(this, ModelLoading.SizeOf(fetched.Version), cancellationToken).ConfigureAwait(false);
        try
        {
            Swap(await _loading.LoadAsync(fetched, cancellationToken).ConfigureAwait(false), isFromCache: true);
            _versions.Fail(cause.Message);
            LogFromCache(cause, _name, fetched.Version.Number);
        }
        catch (MlOpsException exception)
        {
            _services.Memory.Release(this, ModelLoading.SizeOf(fetched.Version));
            LogNotStarted(exception, _name);
        }
    }

    private ModelVersion? Swap(ILoadedVersion next, bool isFromCache)
    {
        var before = _slot.Exchange(next);
        _failure = null;
        Volatile.Write(ref _lastUsed, Environment.TickCount64);
        _versions.SetReady(next.Version.Number, before?.Version.Number, isFromCache);
        LogSwapped(_name, next.Version.Model, next.Version.Number, before?.Version.Number);
        if (before is not null)
        {
            Retire(before);
        }

        _services.Memory.Change();
        return before?.Version;
    }

    private void Retire(ILoadedVersion version)
    {
        version.Retire();
        _services.Memory.Release(this, ModelLoading.SizeOf(version.Version));
        _ = version.Unloaded.ContinueWith(
            _ => _versions.End(version.Version.Number, ServedVersionState.Draining), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void StartPolling()
    {
        lock (_lock)
        {
            if (_polling is null && _options.PollInterval > TimeSpan.Zero)
            {
                _polling = PollAsync(_stopping.Token);
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong, the version that answers goes on, and the registry is looked at again.")]
    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, _services.TimeProvider);
        string? reported = null;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    if (_slot.Current is not null || !IsLazy)
                    {
                        await UpdateAsync(isAsked: false, maxAge: default, cancellationToken).ConfigureAwait(false);
                    }

                    reported = null;
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // Once for each cause: a store that is away for an hour is no reason for a thousand lines.
                    if (exception != _failure?.Exception && exception.Message != reported)
                    {
                        LogNotChecked(exception, _name, _slot.Current?.Version.Number);
                    }

                    reported = exception.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends, or the container is disposed.
        }
    }

    [LoggerMessage(600, LogLevel.Information, "The model '{Name}' is answered by version {Version} of '{Model}' now; before it was {Before}.")]
    private partial void LogSwapped(string name, string model, int version, int? before);

    [LoggerMessage(601, LogLevel.Error, "Version {Version} of the model '{Name}' cannot be served; version {Current} goes on answering. It is tried again at {RetryAt}, or when the registry names another version or a reload is asked for.")]
    private partial void LogFailed(Exception exception, string name, int version, int? current, DateTimeOffset? retryAt);

    [LoggerMessage(602, LogLevel.Warning, "The registry does not say which version of the model '{Name}' to serve; version {Current} goes on answering.")]
    private partial void LogNotChecked(Exception exception, string name, int? current);

    [LoggerMessage(603, LogLevel.Warning, "The model '{Name}' was started from the local cache with version {Version}, because the store could not be read. The registry may name another one by now.")]
    private partial void LogFromCache(Exception exception, string name, int version);

    [LoggerMessage(604, LogLevel.Warning, "The model '{Name}' is optional and could not be loaded. It goes on being tried.")]
    private partial void LogNotStarted(Exception exception, string name);

    [LoggerMessage(605, LogLevel.Information, "Version {Version} of the model '{Name}' was unloaded to make room for others.")]
    private partial void LogUnloaded(string name, int version);
}
