using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Keeps a served model at the version that its source names. Checks at the start, at intervals, on request and on first use.</summary>
internal sealed partial class ModelUpdater : IAsyncDisposable
{
    /// <summary>The maximum time that a prediction in progress may delay the shutdown.</summary>
    private static readonly TimeSpan s_maxDrainTime = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServedModelOptions _options;
    private readonly ServingRuntime _runtime;
    private readonly IVersionSource _source;
    private readonly UpdatePoller _poller;
    private readonly ModelSlot _slot;
    private readonly VersionInstaller _installer;
    private readonly OnDemandLoader _onDemand;
    private readonly ModelUsage _usage = new();
    private readonly ILogger _logger;
    private string? _lastLogged;

    public ModelUpdater(string name, ServedModelOptions options, ServingRuntime runtime, ModelSlot slot, VersionFactory factory)
    {
        Name = name;
        IsLazy = options.Start == ModelStartMode.Lazy;
        _options = options;
        _runtime = runtime;
        _slot = slot;
        _logger = new BackgroundLogger(runtime.Loggers.CreateLogger(typeof(IModel).FullName!));
        _source = CreateSource();
        _poller = new UpdatePoller(_source, options.PollInterval, runtime.TimeProvider, PollAsync);
        _installer = new VersionInstaller(this, options, runtime, slot, factory, _source, _usage, _logger);
        _onDemand = new OnDemandLoader(
            name, slot, runtime.TimeProvider, () => UpdateAsync(UpdateReason.Use, options.PollInterval, _stopping.Token), () => _installer.Failure);
    }

    public string Name { get; }

    public ModelStatus Status => _installer.Versions.Status;

    /// <summary>Gets or sets the callback that is called before and after a version is loaded.</summary>
    public Action? BeforeAndAfterLoad { get; set; }

    /// <summary>Gets a value indicating whether the model is loaded on first use.</summary>
    public bool IsLazy { get; }

    /// <summary>Gets a value indicating whether the model may be unloaded to free memory for another model: it is lazy, and its last load did not fail
    /// for a reason other than a shortage of memory.</summary>
    public bool IsEvictable => IsLazy && _installer.Failure is null or { IsMemoryShortage: true };

    /// <summary>Gets the time of the last use in milliseconds of a monotonic clock, accurate to about one second.</summary>
    public long LastUsed => _usage.Last;

    /// <inheritdoc cref="ModelUsage.IsFreshlyLoaded"/>
    public bool IsFreshlyLoaded => _usage.IsFreshlyLoaded;

    /// <summary>
    /// Gets a value indicating whether the model can be unloaded now: it is loaded, and was used or had a second to be used since the load.
    /// </summary>
    public bool CanBeEvictedNow => IsEvictable && _slot.Current is not null && !IsFreshlyLoaded;

    /// <summary>Records a use of the model.</summary>
    public void Use()
    {
        if (IsLazy && _usage.RecordUse())
        {
            _runtime.Memory.Wake();
        }
    }

    /// <summary>Loads the model according to its <see cref="ServedModelOptions.Start"/> setting, and starts polling.</summary>
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
        catch (Exception exception) when (_options.Start == ModelStartMode.Optional && !cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(exception, Name);
        }
    }

    /// <summary>Finds the version to serve, and installs it if it is not the current version.</summary>
    /// <param name="reason">The reason for the check.</param>
    /// <param name="maxAge">The maximum age of cached state of the source.</param>
    /// <param name="cancellationToken">A token that cancels the wait and the load.</param>
    public async Task UpdateAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IModel));
        _poller.Start();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await _gate.WaitAsync(linked.Token).ConfigureAwait(false);
        try
        {
            if (await FindAsync(reason, maxAge, linked.Token).ConfigureAwait(false) is { } version)
            {
                await _installer.InstallAsync(version, reason, linked.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (_slot.Current is null && !IsNoLongerNeeded(reason)
            && _options.Start != ModelStartMode.Required && LoadFailure.IsStoreFailure(exception))
        {
            if (!await _installer.InstallLastServedAsync(exception, reason, linked.Token).ConfigureAwait(false))
            {
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc cref="OnDemandLoader.EnsureAsync"/>
    public Task EnsureLoadedAsync(CancellationToken cancellationToken)
    {
        if (_slot.Current is not null)
        {
            return Task.CompletedTask;
        }

        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IModel));
        return _onDemand.EnsureAsync(cancellationToken);
    }

    /// <inheritdoc cref="OnDemandLoader.StartAndCreateException"/>
    public Exception StartLoadingAndCreateException() =>
        _stopping.IsCancellationRequested ? new ObjectDisposedException(Name) : _onDemand.StartAndCreateException();

    /// <summary>Determines whether a poll can be skipped because the lazy model was unloaded and not used since.</summary>
    public bool IsNoLongerNeeded(UpdateReason reason) => reason == UpdateReason.Poll && IsLazy && _slot.Current is null;

    /// <summary>Unloads the model to free memory for another.</summary>
    public void Unload() => _installer.Unload();

    /// <summary>Unloads the model without waiting for background work.</summary>
    public void Dispose()
    {
        // _stopping is not disposed, because late callers may still read its token.
        _stopping.Cancel();
        _poller.Dispose();
        _installer.Dispose();
    }

    /// <summary>Unloads the model, and waits until the unloading and background work are complete.</summary>
    public async ValueTask DisposeAsync()
    {
        var last = _slot.Current;
        Dispose();
        Task?[] running = [_poller.Polling, _onDemand.Running];
        foreach (var task in running.OfType<Task>())
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _gate.WaitAsync().ConfigureAwait(false); // wait for a reload in progress
        _gate.Release();
        await _installer.Recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (last is not null)
        {
            await last.Unloaded.WaitAsync(s_maxDrainTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IVersionSource CreateSource()
    {
        var folders = new VersionFolders(Path.Combine(_options.CacheFolder ?? _runtime.Options.CacheFolder, Name), _runtime.TimeProvider, _logger);
        return _options.File is null
            ? new RegistryVersionSource(Name, _options, _runtime, folders, _logger)
            : new FileVersionSource(Name, _options, _runtime, folders);
    }

    private async Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            var version = await _source.FindAsync(reason, maxAge, cancellationToken).ConfigureAwait(false);
            if (version is not null)
            {
                _onDemand.RecordCheck(exception: null);
                _installer.Versions.SetChecked();
            }

            return version;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _onDemand.RecordCheck(exception);
            _installer.Versions.SetError(exception.Message);
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "The failure is logged. The current version remains, and the next poll retries.")]
    private async Task PollAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        try
        {
            if (_slot.Current is not null || !IsLazy)
            {
                await UpdateAsync(UpdateReason.Poll, maxAge, cancellationToken).ConfigureAwait(false);
            }

            _lastLogged = null;
        }
        catch (Exception exception)
        {
            // Log each cause once. Otherwise an outage of the store would log a warning with every poll.
            if (exception != _installer.Failure?.Exception && exception.Message != _lastLogged && !cancellationToken.IsCancellationRequested)
            {
                LogNotChecked(exception, Name, _installer.CurrentVersion);
            }

            _lastLogged = exception.Message;
        }
    }

    [LoggerMessage(
        602,
        LogLevel.Warning,
        "The version to serve of the model '{Name}' could not be determined. The current version is {Current}. The check is retried at the next poll.")]
    private partial void LogNotChecked(Exception exception, string name, string current);

    [LoggerMessage(604, LogLevel.Warning, "The optional model '{Name}' could not be loaded at the start. The load is retried at the next poll.")]
    private partial void LogNotStarted(Exception exception, string name);
}
