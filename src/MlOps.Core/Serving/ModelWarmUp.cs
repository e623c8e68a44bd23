using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>Runs the smoke test and the warm-up of a version before it serves predictions, within a time budget.</summary>
/// <remarks>The budget is checked after each prediction. If a prediction takes longer than 100 ms, only the smoke test runs.</remarks>
internal sealed partial class ModelWarmUp(
    string name,
    LocalVersion local,
    ServedModelOptions options,
    TimeProvider timeProvider,
    ILogger logger,
    LoadMeasurement measurement,
    CancellationToken cancellationToken)
{
    private const int Repetitions = 5;
    private const int MaxMeasuredRows = 100;
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(100);
    private readonly long _started = timeProvider.GetTimestamp();

    // At most half of LoadTimeout, because the timeout covers the load and the warm-up.
    private readonly TimeSpan _budget = options.WarmUpTime < options.LoadTimeout / 2 ? options.WarmUpTime : options.LoadTimeout / 2;
    private readonly List<string> _skipped = [];
    private TimeSpan _prediction;

    /// <summary>Gets a value indicating whether the settings enable the warm-up.</summary>
    public bool IsEnabled => options.WarmUpTime > TimeSpan.Zero;

    /// <summary>Gets a value indicating whether the budget allows another prediction.</summary>
    public bool HasTime => !cancellationToken.IsCancellationRequested && _prediction <= s_slow && timeProvider.GetElapsedTime(_started) < _budget;

    /// <summary>Predicts sample rows until a prediction succeeds, or predicts every row if the rows are golden examples.</summary>
    /// <param name="path">The description of the code path, for messages.</param>
    /// <param name="rows">The rows, which are created lazily.</param>
    /// <param name="predict">Predicts a row.</param>
    /// <param name="origin">The origin of the rows.</param>
    /// <param name="areComplete">Whether the rows have a value for each input. If not, a failure is only logged.</param>
    /// <returns>The first row that was predicted, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="ModelCheckException">All rows failed, and they are complete.</exception>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any failure fails the load or is logged.")]
    public TRow? SmokeTest<TRow>(string path, IEnumerable<TRow> rows, Action<TRow> predict, SampleOrigin origin, bool areComplete = true)
        where TRow : class
    {
        TRow? predicted = null;
        Exception? failure = null;
        var areGolden = origin == SampleOrigin.Golden;
        var (tried, failed) = (0, 0);
        using var enumerator = rows.GetEnumerator();
        while (TryCreate(path, enumerator) is { } row)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tried++;
            try
            {
                Measure(() => predict(row));
                predicted ??= row;
            }
            catch (Exception exception)
            {
                failed++;
                failure ??= exception;
            }

            if (!HasTime || (predicted is not null && !areGolden))
            {
                break;
            }
        }

        if (failure is null || (predicted is not null && !areGolden))
        {
            return predicted;
        }

        if (predicted is not null)
        {
            LogSomeFailed(failure, name, local.Number, failed, tried, path);
        }
        else if (areComplete)
        {
            throw SmokeTestFailed(failure, path, tried, origin);
        }
        else
        {
            LogWarmUpFailed(failure, name, local.Number, path);
        }

        return predicted;
    }

    /// <summary>Creates the next row.</summary>
    /// <returns>The row, or <see langword="null"/> if there are no more rows or the row cannot be created. A failure is logged.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "A schema may describe rows that cannot be created. The failure is logged.")]
    public TRow? TryCreate<TRow>(string path, IEnumerator<TRow> rows)
        where TRow : class
    {
        try
        {
            return rows.MoveNext() ? rows.Current ?? throw new InvalidOperationException("The row is null.") : null;
        }
        catch (Exception exception)
        {
            LogNoRow(exception, name, local.Number, path);
            return null;
        }
    }

    /// <summary>Executes a code path a few times, within the budget.</summary>
    /// <param name="path">The description of the code path, for messages.</param>
    /// <param name="predict">Executes the code path.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "The failure is logged. The smoke test has succeeded on another path.")]
    public async Task RepeatAsync(string path, Func<Task> predict)
    {
        if (!HasTime)
        {
            _skipped.Add(path);
            return;
        }

        try
        {
            for (var call = 0; call < Repetitions && HasTime; call++)
            {
                await predict().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogWarmUpFailed(exception, name, local.Number, path);
        }
    }

    /// <inheritdoc cref="RepeatAsync(string, Func{Task})"/>
    public Task RepeatAsync(string path, Action predict) => RepeatAsync(path, () =>
    {
        predict();
        return Task.CompletedTask;
    });

    /// <summary>Measures single predictions of rows that the model can predict, if the resources of the version are to be measured.</summary>
    /// <remarks>Call this method last, when the code paths are warmed up. A failure is logged. Rows that fail are left out, because the smoke test has
    /// reported them.</remarks>
    /// <param name="rows">The rows, which are created lazily.</param>
    /// <param name="predict">Predicts a row.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A measurement must not fail the load.")]
    public void MeasureLatencies<TRow>(IEnumerable<TRow> rows, Action<TRow> predict)
    {
        if (!measurement.WantsLatencies)
        {
            return;
        }

        var started = timeProvider.GetTimestamp();
        try
        {
            var usable = new List<TRow>();
            foreach (var row in rows.Take(MaxMeasuredRows).TakeWhile(_ => CanMeasure(started)))
            {
                if (Succeeds(() => predict(row)))
                {
                    usable.Add(row);
                }
            }

            var latencies = new List<TimeSpan>(LoadMeasurement.MaxPredictions);
            for (var call = 0; usable.Count > 0 && call < LoadMeasurement.MaxPredictions && CanMeasure(started); call++)
            {
                latencies.Add(Time(() => predict(usable[call % usable.Count])));
            }

            measurement.SetLatencies(latencies);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotMeasured(exception, name, local.Number);
        }
    }

    /// <summary>Logs the code paths that were skipped for lack of time, unless the load is canceled.</summary>
    public void Report()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_skipped.Count > 0)
        {
            LogSkipped(
                name,
                local.Number,
                string.Join(", ", _skipped),
                _prediction > s_slow
                    ? string.Create(CultureInfo.InvariantCulture, $"One prediction takes {_prediction.TotalMilliseconds:0} ms")
                    : string.Create(CultureInfo.InvariantCulture, $"The time budget of {_budget.TotalSeconds:0.###} s was used up"));
        }
    }

    private bool CanMeasure(long started) =>
        !cancellationToken.IsCancellationRequested && timeProvider.GetElapsedTime(started) < measurement.MaxTime && (measurement.IsExact || HasTime);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The smoke test has reported the failure.")]
    private static bool Succeeds(Action predict)
    {
        try
        {
            predict();
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Measures a prediction. Repeats a slow prediction once, because it may include compilation.</summary>
    private void Measure(Action predict)
    {
        _prediction = Time(predict);
        if (_prediction > s_slow && timeProvider.GetElapsedTime(_started) + _prediction < _budget)
        {
            _prediction = Time(predict);
        }
    }

    private TimeSpan Time(Action predict)
    {
        var started = timeProvider.GetTimestamp();
        predict();
        return timeProvider.GetElapsedTime(started);
    }

    private static string Describe(SampleOrigin origin) => origin switch
    {
        SampleOrigin.Golden => "each of its golden examples",
        SampleOrigin.Samples => "each of the samples of its processor",
        _ => "each row created from its schema",
    };

    private ModelCheckException SmokeTestFailed(Exception failure, string path, int tried, SampleOrigin origin) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Version {local.Number} of the model '{local.Model}' fails the smoke test: {path} failed for {Describe(origin)} ({tried}). "
            + $"{failure.Message.TrimEnd('.')}. ")
        + (origin == SampleOrigin.Samples ? "Correct the processor or the version" : "Correct the types or the version")
        + (origin == SampleOrigin.Schema ? ", register it with a golden example if such rows differ from real ones" : "")
        + $", or set {MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{nameof(ServedModelOptions.WarmUpTime)} to 00:00:00 "
        + "to serve it without this check.",
        failure)
    {
        IsTransient = failure is ProviderException { IsTransient: true },
    };

    [LoggerMessage(
        610,
        LogLevel.Warning,
        "The warm-up of version {Version} of the model '{Name}' failed for {Path}. Callers may encounter the same failure. Register the version with "
        + "golden examples that it can predict.")]
    private partial void LogWarmUpFailed(Exception exception, string name, int version, string path);

    [LoggerMessage(
        667,
        LogLevel.Warning,
        "The latency of version {Version} of the model '{Name}' could not be measured. The version is served. Register the version with golden examples that "
        + "it can predict, or set MlOps:Models:{Name}:MeasureResources to false.")]
    private partial void LogNotMeasured(Exception exception, string name, int version);

    [LoggerMessage(
        616,
        LogLevel.Warning,
        "No row could be created to test {Path} of version {Version} of the model '{Name}', so the smoke test was skipped. Register the version with a "
        + "golden example, or correct its schema or the samples of its processor.")]
    private partial void LogNoRow(Exception exception, string name, int version, string path);

    [LoggerMessage(
        613,
        LogLevel.Warning,
        "Version {Version} of the model '{Name}' failed {Failed} of {Tried} golden examples with {Path}. Callers will encounter the same failure with "
        + "such rows. Correct the version, its examples or its schema.")]
    private partial void LogSomeFailed(Exception exception, string name, int version, int failed, int tried, string path);

    [LoggerMessage(
        614,
        LogLevel.Information,
        "Version {Version} of the model '{Name}' is ready without a warm-up of {Paths}. {Reason}. The first such predictions may take longer. "
        + "To extend the warm-up, raise MlOps:Models:<name>:WarmUpTime.")]
    private partial void LogSkipped(string name, int version, string paths, string reason);
}
