using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Keeps a served model at the version that its source names: at the start, at intervals, on request, and when the model is needed.</summary>
internal sealed partial class ModelUpdater : IAsyncDisposable
{
    /// <summary>The longest time that a prediction under way may delay the end of the service.</summary>
    private static readonly TimeSpan s_lastPrediction = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServedModelOptions _options;
    private readonly ServingRuntime _runtime;
    private readonly IVersionSource _source;
    private readonly UpdatePoll _poll;
    private readonly ModelSlot _slot;
    private readonly VersionInstaller _installer;
    private readonly SharedLoad _load;
    private readonly ModelUse _use = new();
    private readonly ILogger _logger;
    private string? _reported;

    public ModelUpdater(string name, ServedModelOptions options, ServingRuntime runtime, ModelSlot slot, VersionFactory factory)
    {
        Name = name;
        IsLazy = options.Start == ModelStart.Lazy;
        _options = options;
        _runtime = runtime;
        _slot = slot;
        _logger = new BackgroundLogger(runtime.Loggers.CreateLogger(typeof(IModel).FullName!));
        _source = CreateSource();
        _poll = new UpdatePoll(_source, options.PollInterval, runtime.TimeProvider, LookAsync);
        _installer = new VersionInstaller(this, options, runtime, slot, factory, _source, _use, _logger);
        _load = new SharedLoad(
            name, slot, runtime.TimeProvider, () => UpdateAsync(UpdateReason.Use, options.PollInterval, _stopping.Token), () => _installer.Failure);
    }

    public string Name { get; }

    public ModelStatus Status => _installer.Versions.Status;

    /// <summary>Gets or sets the action before and after a version is loaded.</summary>
    public Action? Loading { get; set; }

    /// <summary>Gets a value indicating whether the model is loaded when it is needed.</summary>
    public bool IsLazy { get; }

    /// <summary>Gets a value indicating whether the model makes room for another: not while the version to come in its place cannot be loaded.</summary>
    public bool MakesRoom => IsLazy && _installer.Failure is null or { IsOfMemory: true };

    /// <summary>Gets the time of the last use, to about a second, in milliseconds of a monotonic clock.</summary>
    public long LastUsed => _use.Last;

    /// <inheritdoc cref="ModelUse.IsAwaited"/>
    public bool IsAwaited => _use.IsAwaited;

    /// <summary>Gets a value indicating whether the model may make room for another now: not before those who waited for it could use it.</summary>
    public bool CanBeUnloaded => MakesRoom && _slot.Current is not null && !IsAwaited;

    /// <summary>Notes that the model is used.</summary>
    public void Use()
    {
        if (IsLazy && _use.Note())
        {
            _runtime.Memory.Change();
        }
    }

    /// <summary>Loads the model as its settings want for the start of the host, and looks for other versions from then on.</summary>
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

    /// <summary>Looks for the version to serve, and lets it answer if it is another one.</summary>
    /// <param name="reason">The reason for the look.</param>
    /// <param name="maxAge">The maximum age of what is known of the source.</param>
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
                await _installer.InstallAsync(version, reason, linked.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (_slot.Current is null && !IsUnwanted(reason)
            && _options.Start != ModelStart.Required && LoadFailure.IsOfStore(exception))
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

    /// <inheritdoc cref="SharedLoad.EnsureAsync"/>
    public Task EnsureLoadedAsync(CancellationToken cancellationToken)
    {
        if (_slot.Current is not null)
        {
            return Task.CompletedTask;
        }

        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, typeof(IModel));
        return _load.EnsureAsync(cancellationToken);
    }

    /// <inheritdoc cref="SharedLoad.Begin"/>
    public Exception BeginLoading() => _stopping.IsCancellationRequested ? new ObjectDisposedException(Name) : _load.Begin();

    /// <summary>Determines whether a lazy model was unloaded meanwhile, and is not needed since.</summary>
    public bool IsUnwanted(UpdateReason reason) => reason == UpdateReason.Poll && IsLazy && _slot.Current is null;

    /// <summary>Unloads the model, to make room for another.</summary>
    public void Unload() => _installer.Unload();

    /// <summary>Unloads the model without waiting for background work.</summary>
    public void Dispose()
    {
        // The source of the token is not disposed: late callers read its token.
        _stopping.Cancel();
        _poll.Dispose();
        _installer.Dispose();
    }

    /// <summary>Unloads the model, and waits until it is unloaded and background work has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        var last = _slot.Current;
        Dispose();
        Task?[] running = [_poll.Polling, _load.Running];
        foreach (var task in running.OfType<Task>())
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _gate.WaitAsync().ConfigureAwait(false); // a reload that a caller requested
        _gate.Release();
        if (last is not null)
        {
            await last.Unloaded.WaitAsync(s_lastPrediction).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                _load.NoteLook(exception: null);
                _installer.Versions.Check();
            }

            return version;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _load.NoteLook(exception);
            _installer.Versions.Fail(exception.Message);
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The version that answers stays, and the next look follows.")]
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
            if (exception != _installer.Failure?.Exception && exception.Message != _reported && !cancellationToken.IsCancellationRequested)
            {
                LogNotChecked(exception, Name, _installer.Answering);
            }

            _reported = exception.Message;
        }
    }

    [LoggerMessage(602, LogLevel.Warning, "The version of the model '{Name}' to serve could not be found. The model is answered by {Current}.")]
    private partial void LogNotChecked(Exception exception, string name, string current);

    [LoggerMessage(604, LogLevel.Warning, "The model '{Name}' is optional and could not be loaded. It goes on being tried.")]
    private partial void LogNotStarted(Exception exception, string name);
}
