using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Fetches, loads and installs versions of one served model, and unloads them. A version that fails is tried again only when it may succeed.</summary>
/// <remarks>The caller loads one version at a time.</remarks>
internal sealed partial class VersionInstaller : IDisposable
{
    private readonly ModelUpdater _owner;
    private readonly ServedModelOptions _options;
    private readonly ServingRuntime _runtime;
    private readonly ModelSlot _slot;
    private readonly IVersionSource _source;
    private readonly ModelLoading _loading;
    private readonly ModelUse _use;
    private readonly VersionSwap _swap;
    private readonly ILogger _logger;

    public VersionInstaller(
        ModelUpdater owner,
        ServedModelOptions options,
        ServingRuntime runtime,
        ModelSlot slot,
        VersionFactory factory,
        IVersionSource source,
        ModelUse use,
        ILogger logger)
    {
        _owner = owner;
        _options = options;
        _runtime = runtime;
        _slot = slot;
        _source = source;
        _loading = new ModelLoading(owner.Name, options, runtime, factory);
        _use = use;
        Versions = new ServedVersions(owner.Name, runtime.TimeProvider);
        _swap = new VersionSwap(owner.Name, slot, Versions, logger);
        _logger = logger;
    }

    /// <summary>Gets the states of the versions.</summary>
    public ServedVersions Versions { get; }

    /// <summary>Gets the failure of the version that is to be served; <see langword="null"/> if there is none.</summary>
    public LoadFailure? Failure { get; private set; }

    /// <summary>Gets a text that names the version that answers.</summary>
    public string Answering => _slot.Current is { } current ? $"version {current.Local.Number}" : "nothing";

    private DateTimeOffset Now => _runtime.TimeProvider.GetUtcNow();

    /// <summary>Lets a version answer, unless it does already or has failed too recently.</summary>
    public async Task InstallAsync(ModelVersion version, UpdateReason reason, CancellationToken cancellationToken)
    {
        if (_owner.IsUnwanted(reason))
        {
            return;
        }

        if (_slot.Current is { } current && LoadFailure.IsSame(current.Local.Metadata, version))
        {
            Failure = null;
            Versions.SetCurrent();
        }
        else if (reason == UpdateReason.Request || Failure is not { } failure || !LoadFailure.IsSame(failure.Version, version) || failure.RetryAt <= Now)
        {
            await FetchAndLoadAsync(version, reason, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Versions.Fail(failure.Exception.Message);
        }
    }

    /// <summary>Lets the version that was served last answer, because the source cannot be read.</summary>
    /// <returns>Whether it answers.</returns>
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
            var failure = Explain(local.Metadata, exception);
            Versions.SetFailed(local.Metadata, failure.Message);
            LogFailed(failure, _owner.Name, local.Number, Answering, "at the next look");
            return false;
        }
    }

    /// <summary>Unloads the version that answers, to make room for another model.</summary>
    public void Unload()
    {
        if (_swap.Remove() is { } version)
        {
            LogUnloaded(_owner.Name, version.Local.Number);
        }
    }

    /// <summary>Unloads the version that answers, and each that is loaded later.</summary>
    public void Dispose() => _swap.Dispose();

    /// <summary>Names the version in a failure of a loader, a processor or the disk, whose message need not name it.</summary>
    private static MlOpsException Explain(ModelVersion version, Exception exception) => exception as MlOpsException ?? new ModelCheckException(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Version {version.Number} of the model '{version.Model}' cannot be fetched or loaded: "
            + $"{exception.GetType().Name}: {exception.Message.TrimEnd('.')}. "
            + $"Remove the cause and reload the model, or register a version that loads."),
        exception)
    {
        MayPass = exception is not ArgumentException,
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
            var failure = Explain(version, exception);
            Failure = LoadFailure.After(Failure, version, failure, Now);
            Versions.SetFailed(version, failure.Message);
            LogFailed(failure, _owner.Name, version.Number, Answering, DescribeRetry(Failure));
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

    /// <summary>Compares a version with the one that answers: fails if the rows of the callers no longer fit, and reports other breaks.</summary>
    private void Compare(LoadedVersion next)
    {
        if (_slot.Current is not { } before || _options.WarmUpTime == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            VersionReplacement.ThrowIfRowsNoLongerFit(_owner.Name, before, next);
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

    /// <summary>Loads a version that is on the local disk, and lets it answer.</summary>
    private async Task LoadAsync(LocalVersion local, UpdateReason reason, Exception? cause, CancellationToken cancellationToken)
    {
        _loading.ThrowIfTooLarge(local.Metadata);
        _owner.Loading?.Invoke();
        var size = ModelLoading.SizeOf(local.Metadata);
        if (await _runtime.Memory.ReserveAsync(_owner, reason, size, _options.LoadTimeout, cancellationToken).ConfigureAwait(false) is not { } reservation)
        {
            Versions.EndLoading();
            return;
        }

        LoadedVersion loaded;
        try
        {
            loaded = await _loading.LoadAsync(local, cancellationToken).ConfigureAwait(false);
            Compare(loaded);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }

        _use.Begin();
        var before = _swap.Install(loaded, reservation, isFromCache: cause is not null, cause?.Message);
        _owner.Loading?.Invoke(); // others may have been loaded at the same time
        Failure = null;
        await _source.RememberAsync(loaded, before, isFromCache: cause is not null).ConfigureAwait(false);
    }

    [LoggerMessage(
        601,
        LogLevel.Error,
        "Version {Version} of the model '{Name}' cannot be served. The model is answered by {Current}. It is tried again {Retry}.")]
    private partial void LogFailed(Exception exception, string name, int version, string current, string retry);

    [LoggerMessage(
        603,
        LogLevel.Warning,
        "The model '{Name}' was started from the local cache with version {Version}, because the store could not be read. The registry may name "
        + "another one by now.")]
    private partial void LogFromCache(Exception exception, string name, int version);

    [LoggerMessage(605, LogLevel.Information, "Version {Version} of the model '{Name}' was unloaded to make room for others.")]
    private partial void LogUnloaded(string name, int version);

    [LoggerMessage(
        617,
        LogLevel.Warning,
        "Version {Version} of the model '{Name}' has another signature than version {Before}, which it replaces: {Breaks}. Check that its callers expect this. "
        + "The promotion gate CompatibleSignature refuses such versions.")]
    private partial void LogBreaks(string name, int version, int before, string breaks);
}
