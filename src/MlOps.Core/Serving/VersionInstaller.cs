using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Fetches, loads, installs and unloads the versions of one served model. A failed version is retried only if the failure may be transient.</summary>
/// <remarks>The caller installs one version at a time.</remarks>
internal sealed partial class VersionInstaller : IDisposable
{
    private readonly ModelUpdater _owner;
    private readonly ServedModelOptions _options;
    private readonly ServingRuntime _runtime;
    private readonly ModelSlot _slot;
    private readonly IVersionSource _source;
    private readonly VersionLoader _loader;
    private readonly ModelUsage _usage;
    private readonly VersionSwap _swap;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;

    public VersionInstaller(
        ModelUpdater owner,
        ServedModelOptions options,
        ServingRuntime runtime,
        ModelSlot slot,
        VersionFactory factory,
        IVersionSource source,
        ModelUsage usage,
        ILogger logger)
    {
        _owner = owner;
        _options = options;
        _runtime = runtime;
        _slot = slot;
        _source = source;
        _loader = new VersionLoader(owner.Name, options, runtime, factory);
        _usage = usage;
        Versions = new VersionStates(owner.Name, runtime.TimeProvider);
        _swap = new VersionSwap(owner.Name, slot, Versions, logger);
        _logger = logger;
    }

    /// <summary>Gets the states of the versions.</summary>
    public VersionStates Versions { get; }

    /// <summary>Gets the failure of the version to serve; <see langword="null"/> if it has not failed.</summary>
    public LoadFailure? Failure { get; private set; }

    /// <summary>Gets the task that records measured resources.</summary>
    public Task Recording { get; private set; } = Task.CompletedTask;

    /// <summary>Gets the number of the current version as text, or <c>none</c>.</summary>
    public string CurrentVersion => _slot.Current?.Local.Number.ToString(CultureInfo.InvariantCulture) ?? "none";

    private DateTimeOffset Now => _runtime.TimeProvider.GetUtcNow();

    /// <summary>Installs a version, unless it is the current version or has failed and its retry is not due.</summary>
    public async Task InstallAsync(ModelVersion version, UpdateReason reason, CancellationToken cancellationToken)
    {
        if (_owner.IsNoLongerNeeded(reason))
        {
            return;
        }

        if (_slot.Current is { } current && LoadFailure.IsSameVersion(current.Local.Metadata, version))
        {
            Failure = null;
            Versions.SetUpToDate();
        }
        else if (reason == UpdateReason.Request || Failure is not { } failure || !LoadFailure.IsSameVersion(failure.Version, version) || failure.RetryAt <= Now)
        {
            await FetchAndLoadAsync(version, reason, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Versions.SetError(failure.Exception.Message);
        }
    }

    /// <summary>Installs the last served version from the local disk, because the source is unavailable.</summary>
    /// <returns><see langword="true"/> if the version was installed.</returns>
    public async Task<bool> InstallLastServedAsync(Exception cause, UpdateReason reason, CancellationToken cancellationToken)
    {
        if (await _source.FindLastServedAsync(cancellationToken).ConfigureAwait(false) is not { } local)
        {
            return false;
        }

        Versions.SetLoading(local.Metadata);
        try
        {
            await LoadAsync(local, reason, cause, cancellationToken).ConfigureAwait(false);
            LogFromCache(cause, _owner.Name, local.Number);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = Wrap(local.Metadata, exception);
            Versions.SetFailed(local.Metadata, failure.Message);
            LogFailed(failure, _owner.Name, local.Number, CurrentVersion, "at the next poll");
            return false;
        }
    }

    /// <summary>Unloads the current version to free memory for another model.</summary>
    public void Unload()
    {
        if (_swap.Remove() is { } version)
        {
            LogUnloaded(_owner.Name, version.Local.Number);
        }
    }

    /// <summary>Unloads the current version and every version that is loaded later.</summary>
    public void Dispose()
    {
        // _stopping is not disposed, because a load in progress may still read its token.
        _stopping.Cancel();
        _swap.Dispose();
    }

    /// <summary>Wraps a failure of a loader, a processor or the disk in an exception that names the version.</summary>
    private static MlOpsException Wrap(ModelVersion version, Exception exception) => exception as MlOpsException ?? new ModelCheckException(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Version {version.Number} of the model '{version.Model}' cannot be fetched or loaded: "
            + $"{exception.GetType().Name}: {exception.Message.TrimEnd('.')}. "
            + $"Correct the cause and reload the model, or register another version."),
        exception)
    {
        IsTransient = exception is not ArgumentException,
    };

    private static string DescribeRetry(LoadFailure failure) => failure.RetryAt is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"at {time:u}, or when a reload is requested")
        : "when a reload is requested or another version is to be served";

    private async Task FetchAndLoadAsync(ModelVersion version, UpdateReason reason, CancellationToken cancellationToken)
    {
        Versions.SetLoading(version);
        using var load = _runtime.Instruments.StartLoad(_owner.Name, version);
        try
        {
            var local = await _source.FetchAsync(version, cancellationToken).ConfigureAwait(false);
            await LoadAsync(local, reason, cause: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            load.Fail(exception);
            var failure = Wrap(version, exception);
            Failure = LoadFailure.After(Failure, version, failure, Now);
            Versions.SetFailed(version, failure.Message);
            LogFailed(failure, _owner.Name, version.Number, CurrentVersion, DescribeRetry(Failure));
            if (failure == exception)
            {
                throw;
            }

            throw failure;
        }
        catch
        {
            Versions.EndLoading();
            throw;
        }
    }

    /// <summary>Compares a version with the current version. Throws if the rows of callers would be rejected, and logs other breaking changes.</summary>
    private void CheckCompatibility(LoadedVersion next)
    {
        if (_slot.Current is not { } before || _options.WarmUpTime == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            VersionCompatibility.ThrowIfRowShapeChanged(_owner.Name, before, next);
        }
        catch
        {
            next.Retire();
            throw;
        }

        var breaks = next.Model.Signature.FindBreakingChanges(before.Model.Signature);
        if (breaks.Count > 0)
        {
            LogBreaks(_owner.Name, next.Local.Number, before.Local.Number, string.Join("; ", breaks));
        }
    }

    /// <summary>Loads a version from the local disk and makes it current.</summary>
    private async Task LoadAsync(LocalVersion local, UpdateReason reason, Exception? cause, CancellationToken cancellationToken)
    {
        _loader.ThrowIfTooLarge(local.Metadata);
        _owner.BeforeAndAfterLoad?.Invoke();
        var (size, origin) = MemoryEstimate.Of(local.Metadata);
        LogMemory(_owner.Name, local.Number, size, origin);
        if (await _runtime.Memory.ReserveAsync(_owner, reason, size, _options.LoadTimeout, cancellationToken).ConfigureAwait(false) is not { } reservation)
        {
            Versions.EndLoading();
            return;
        }

        LoadedVersion loaded;
        try
        {
            loaded = await _loader.LoadAsync(local, cancellationToken).ConfigureAwait(false);
            CheckCompatibility(loaded);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }

        _usage.RecordLoad();
        _runtime.MemoryMeter.RecordChangeWhenUnloaded(loaded);
        var before = _swap.Install(loaded, reservation, isFromCache: cause is not null, cause?.Message);
        _owner.BeforeAndAfterLoad?.Invoke(); // again, because other versions may have been loaded concurrently
        Failure = null;
        await _source.RecordServedAsync(loaded, before, isFromCache: cause is not null).ConfigureAwait(false);
        if (loaded.Measured is { } measured)
        {
            // Recording writes to the store and must not delay the load.
            Recording = Task.WhenAll(
                Recording, Task.Run(() => _runtime.Resources.RecordAsync(_owner.Name, local.Metadata, measured, _stopping.Token), CancellationToken.None));
        }
    }

    [LoggerMessage(
        601,
        LogLevel.Error,
        "Version {Version} of the model '{Name}' cannot be served. The current version is {Current}. The load is retried {Retry}.")]
    private partial void LogFailed(Exception exception, string name, int version, string current, string retry);

    [LoggerMessage(668, LogLevel.Debug, "Version {Version} of the model '{Name}' needs {Bytes} bytes of memory: {Source}.")]
    private partial void LogMemory(string name, int version, long bytes, string source);

    [LoggerMessage(
        603,
        LogLevel.Warning,
        "The model '{Name}' was started with version {Version} from the local cache, because the store is unavailable. The registry may name "
        + "another version. It is loaded when the store is available again.")]
    private partial void LogFromCache(Exception exception, string name, int version);

    [LoggerMessage(605, LogLevel.Information, "Version {Version} of the model '{Name}' was unloaded to free memory for other models.")]
    private partial void LogUnloaded(string name, int version);

    [LoggerMessage(
        617,
        LogLevel.Warning,
        "Version {Version} of the model '{Name}' has breaking changes in its signature compared with version {Before}, which it replaces: {Breaks}. "
        + "Check that its callers expect them. The promotion gate CompatibleSignature rejects such versions.")]
    private partial void LogBreaks(string name, int version, int before, string breaks);
}
