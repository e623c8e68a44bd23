using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Collects the predictions of served models, and profiles them in windows in the store.</summary>
/// <remarks>
/// Thread-safe. The background work begins with the first monitored version, so that a host is not required. <see cref="StopAsync"/> and
/// <see cref="DisposeAsync"/> write all observed predictions to the store. Dispose the served models first, as a container does.
/// </remarks>
internal sealed partial class PredictionCollector : IPredictionObserver, IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan s_maxDisposal = TimeSpan.FromSeconds(10);
    private readonly ConditionalWeakTable<ObservedVersion, object> _targets = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<ObservedVersion, WindowOptions?> _findOptions;
    private readonly Func<LocalVersion, WindowBaseline> _readBaseline;
    private readonly MonitoringInstance _instance;
    private readonly InstanceReporter _reporter;
    private readonly ObservationPipeline _pipeline;
    private readonly RowClock _clock;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private int _lastNumber;
    private Task? _work;

    /// <summary>Initializes a new instance of the <see cref="PredictionCollector"/> class.</summary>
    /// <param name="store">The store of the windows and the status.</param>
    /// <param name="instance">The identity of this process.</param>
    /// <param name="findOptions">Gets the options of a version; <see langword="null"/> if it is not monitored.</param>
    /// <param name="readBaseline">Reads the baseline of a version from its files.</param>
    /// <param name="sinks">The sinks of all observed rows, such as the prediction log.</param>
    /// <param name="findVerdicts">Gets the last verdicts on a model, for its status; <see langword="null"/> if there are none.</param>
    /// <param name="meters">Creates the meter.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger.</param>
    public PredictionCollector(
        IArtifactStore store,
        MonitoringInstance instance,
        Func<ObservedVersion, WindowOptions?> findOptions,
        Func<LocalVersion, WindowBaseline> readBaseline,
        IEnumerable<IObservedRowSink> sinks,
        Func<string, JsonNode?> findVerdicts,
        IMeterFactory meters,
        TimeProvider timeProvider,
        ILogger<PredictionCollector> logger)
    {
        _findOptions = findOptions;
        _readBaseline = readBaseline;
        _instance = instance;
        _timeProvider = timeProvider;
        _logger = logger;
        _clock = new RowClock(timeProvider);
        _reporter = new InstanceReporter(new StatusStore(store), instance, findVerdicts, timeProvider, logger);
        var dropped = meters.Create(MlOpsDiagnostics.MeterName).CreateCounter<long>(
            MlOpsDiagnostics.MonitoringDropped, "{prediction}", "The number of predictions that were not profiled and not logged.");
        _pipeline = new ObservationPipeline(
            new WindowWriter(store, logger),
            _reporter,
            [.. sinks],
            _clock,
            (model, count) => dropped.Add(count, new KeyValuePair<string, object?>(MlOpsDiagnostics.ModelAttribute, model)),
            logger);
    }

    public IRowObserver<TInput, TOutput>? CreateForRows<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(ObservedVersion version)
        where TInput : class
        where TOutput : class
    {
        if (FindOptions(version) is not { } options)
        {
            return null;
        }

        lock (_lock)
        {
            if (!_targets.TryGetValue(version, out var target))
            {
                var baseline = ReadBaseline(version);
                target = new RowTarget<TInput, TOutput>(
                    version, baseline, (inputs, outputs, warnings) => Start(version, options, baseline, inputs, outputs, warnings));
                _targets.Add(version, target);
            }

            return new RowCollector<TInput, TOutput>((RowTarget<TInput, TOutput>)target, _clock);
        }
    }

    public ITensorObserver? CreateForTensors(ObservedVersion version) => FindOptions(version) is { } options
        ? new TensorCollector(
            version,
            (inputs, outputs) => Start(version, options, ReadBaseline(version), inputs.Columns, outputs.Columns, [.. inputs.Warnings, .. outputs.Warnings]),
            _clock)
        : null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes all predictions that were observed before this call to the store.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _pipeline.CheckpointAsync(isEnding: false, cancellationToken);

    /// <summary>Closes the windows, and writes them, the rows of the sinks and the status to the store. Predictions may be observed after this call.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _pipeline.CheckpointAsync(isEnding: true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await (_work ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timeout = new CancellationTokenSource(s_maxDisposal, TimeProvider.System);
        try
        {
            await _pipeline.CheckpointAsync(isEnding: true, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            LogNotFlushed(exception, s_maxDisposal);
        }

        _pipeline.Complete();
        _stopping.Dispose();
    }

    private WindowOptions? FindOptions(ObservedVersion version)
    {
        if (_findOptions(version) is not { } options)
        {
            return null;
        }

        if (!WindowPaths.IsValid(version.Version.Model))
        {
            LogInvalidName(version.Version.Model);
            return null;
        }

        _reporter.Add(version.Version.Model, options.Checkpoint);
        Begin();
        return options;
    }

    private WindowBaseline ReadBaseline(ObservedVersion version)
    {
        try
        {
            return _readBaseline(version.Version);
        }
        catch (Exception exception) when (exception is MlOpsException or IOException or UnauthorizedAccessException)
        {
            LogNoBaseline(exception, version.Version.Number, version.Version.Model);
            return WindowBaseline.None;
        }
    }

    private ObservedRows? Start(
        ObservedVersion version,
        WindowOptions options,
        WindowBaseline baseline,
        IReadOnlyList<RowColumn> inputs,
        IReadOnlyList<RowColumn> outputs,
        IReadOnlyList<string> warnings)
    {
        var (model, number) = (version.Version.Model, version.Version.Number);
        if (warnings.Count > 0)
        {
            LogNotProfiled(number, model, string.Join(' ', warnings));
        }

        if (inputs.Count + outputs.Count > options.MaxColumns)
        {
            LogTooManyColumns(number, model, inputs.Count + outputs.Count, options.MaxColumns, version.ServedAs);
            return null;
        }

        if ((FindDuplicate(inputs) ?? FindDuplicate(outputs)) is { } duplicate)
        {
            LogDuplicate(number, model, duplicate);
            return null;
        }

        var recorder = new VersionRecorder(
            model, number, inputs, outputs, baseline, options, _instance.Id, () => Interlocked.Increment(ref _lastNumber));
        return new ObservedRows(version, inputs, outputs, recorder, options.QueueMemory, _pipeline);
    }

    private static string? FindDuplicate(IReadOnlyList<RowColumn> columns) => columns.GroupBy(static column => column.Name, StringComparer.Ordinal)
        .FirstOrDefault(static group => group.Skip(1).Any())?.Key;

    private void Begin()
    {
        lock (_lock)
        {
            if (_work is null && !_stopping.IsCancellationRequested)
            {
                // Do not flow the context of the caller into the background work.
                using var _ = ExecutionContext.SuppressFlow();
                _work = Task.WhenAll(Task.Run(() => RunAsync(_pipeline.ConsumeAsync)), Task.Run(() => RunAsync(WriteAsync)));
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_reporter.Interval, _timeProvider, cancellationToken).ConfigureAwait(false);
            await _pipeline.CheckpointAsync(isEnding: false, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The failure is logged, and the work continues.")]
    private async Task RunAsync(Func<CancellationToken, Task> run)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await run(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogFailed(exception);
                await Task.Delay(_reporter.Interval, _timeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(706, LogLevel.Warning,
        "Version {Version} of the model '{Model}' is not monitored: it has {Columns} columns, and the maximum is {Maximum}. Raise "
        + "MlOps:Models:{ServedAs}:Monitoring:Windows:MaxColumns if there is memory for the profiles.")]
    private partial void LogTooManyColumns(int version, string model, int columns, int maximum, string servedAs);

    [LoggerMessage(707, LogLevel.Warning, "Some values of version {Version} of the model '{Model}' are not profiled. {Warnings}")]
    private partial void LogNotProfiled(int version, string model, string warnings);

    [LoggerMessage(727, LogLevel.Warning,
        "Version {Version} of the model '{Model}' is not monitored: two columns have the name '{Column}'. Rename one of the properties, for example with "
        + "[Feature(\"…\")].")]
    private partial void LogDuplicate(int version, string model, string column);

    [LoggerMessage(718, LogLevel.Warning,
        "The model '{Model}' is not monitored, because its name cannot be the name of a folder in the store. Use a name without '/', control characters and a "
        + "trailing dot or space.")]
    private partial void LogInvalidName(string model);

    [LoggerMessage(719, LogLevel.Warning,
        "The baseline of version {Version} of the model '{Model}' cannot be read. The version is monitored without it, and no drift is computed. Register the "
        + "version again with a baseline.")]
    private partial void LogNoBaseline(Exception exception, int version, string model);

    [LoggerMessage(722, LogLevel.Error, "The background work of the monitoring failed. It is continued after one checkpoint interval.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(723, LogLevel.Error,
        "Observed predictions could not be written within {Timeout} at the end of the process. Those since the last checkpoint are lost. Check that the store "
        + "is reachable.")]
    private partial void LogNotFlushed(Exception exception, TimeSpan timeout);
}
