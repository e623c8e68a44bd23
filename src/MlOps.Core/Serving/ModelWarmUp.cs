using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>Predicts before a version answers: proves that it does, and compiles the paths that callers take, within a bounded time.</summary>
/// <remarks>The time is checked after each prediction. A model whose prediction takes longer than 100 ms is only proven.</remarks>
internal sealed partial class ModelWarmUp(
    string name, LocalVersion local, ServedModelOptions options, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken)
{
    private const int Repetitions = 5;
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(100);
    private readonly long _started = timeProvider.GetTimestamp();

    // A model with a short LoadTimeout is loaded within it, so the warm-up takes at most half of it.
    private readonly TimeSpan _budget = options.WarmUpTime < options.LoadTimeout / 2 ? options.WarmUpTime : options.LoadTimeout / 2;
    private readonly List<string> _skipped = [];
    private TimeSpan _prediction;

    /// <summary>Gets a value indicating whether the settings want a warm-up.</summary>
    public bool IsWanted => options.WarmUpTime > TimeSpan.Zero;

    /// <summary>Gets a value indicating whether there is time for another prediction.</summary>
    public bool HasTime => !cancellationToken.IsCancellationRequested && _prediction <= s_slow && timeProvider.GetElapsedTime(_started) < _budget;

    /// <summary>Predicts rows until one is answered, or all of them where they are golden examples.</summary>
    /// <param name="path">The path of the predictions, for messages.</param>
    /// <param name="rows">The rows, which are made when they are needed.</param>
    /// <param name="predict">Predicts a row.</param>
    /// <param name="origin">The origin of the rows.</param>
    /// <param name="areComplete">Whether the rows have a value for each input, so that a failure is the version's.</param>
    /// <returns>A row that was answered; <see langword="null"/> if none was.</returns>
    /// <exception cref="ModelCheckException">No row was answered.</exception>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failure of any kind fails the load or is logged.")]
    public TRow? Prove<TRow>(string path, IEnumerable<TRow> rows, Action<TRow> predict, ProofRows origin, bool areComplete = true)
        where TRow : class
    {
        TRow? answered = null;
        Exception? failure = null;
        var areGolden = origin == ProofRows.Golden;
        var (tried, failed) = (0, 0);
        using var enumerator = rows.GetEnumerator();
        while (TryCreate(path, enumerator) is { } row)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tried++;
            try
            {
                Measure(() => predict(row));
                answered ??= row;
            }
            catch (Exception exception)
            {
                failed++;
                failure ??= exception;
            }

            if (!HasTime || (answered is not null && !areGolden))
            {
                break;
            }
        }

        if (failure is null || (answered is not null && !areGolden))
        {
            return answered;
        }

        if (answered is not null)
        {
            LogSomeFailed(failure, name, local.Number, failed, tried, path);
        }
        else if (areComplete)
        {
            throw Unproven(failure, path, tried, origin);
        }
        else
        {
            LogNotProven(failure, name, local.Number, path);
        }

        return answered;
    }

    /// <summary>Makes the next row.</summary>
    /// <returns>The row; <see langword="null"/> at the end, or if it cannot be made, which is logged.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "A schema may describe rows that cannot be made, which is logged.")]
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

    /// <summary>Predicts on a path a few times, while there is time.</summary>
    /// <param name="path">The path, for messages.</param>
    /// <param name="predict">Predicts.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The version answers on another path. The failure is logged.")]
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
            LogNotProven(exception, name, local.Number, path);
        }
    }

    /// <inheritdoc cref="RepeatAsync(string, Func{Task})"/>
    public Task RepeatAsync(string path, Action predict) => RepeatAsync(path, () =>
    {
        predict();
        return Task.CompletedTask;
    });

    /// <summary>Logs the paths for which there was no time, unless the load is canceled.</summary>
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
                    : string.Create(CultureInfo.InvariantCulture, $"The warm-up took its {_budget.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>Predicts, and again if the first time was slow, which compiling it may have been.</summary>
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

    private static string Describe(ProofRows origin) => origin switch
    {
        ProofRows.Golden => "each of its golden examples",
        ProofRows.Samples => "each of the samples of its processor",
        _ => "each row made from its schema",
    };

    private ModelCheckException Unproven(Exception failure, string path, int tried, ProofRows origin) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Version {local.Number} of the model '{local.Model}' does not answer: {path} failed for {Describe(origin)} ({tried}). "
            + $"{failure.Message.TrimEnd('.')}. ")
        + (origin == ProofRows.Samples ? "Correct the processor or the version" : "Correct the types or the version")
        + (origin == ProofRows.Schema ? ", register it with a golden example if such rows are unlike real ones" : "")
        + $", or set {MlOpsOptions.SectionName}:{ServedModelOptions.SectionName}:{name}:{nameof(ServedModelOptions.WarmUpTime)} to 00:00:00 "
        + "to serve it without this check.",
        failure)
    {
        MayPass = failure is ProviderException { IsTransient: true },
    };

    [LoggerMessage(
        610,
        LogLevel.Warning,
        "Version {Version} of the model '{Name}' could not be warmed up with {Path}. Callers may meet the same failure. Register the version with "
        + "golden examples that it answers.")]
    private partial void LogNotProven(Exception exception, string name, int version, string path);

    [LoggerMessage(
        616,
        LogLevel.Warning,
        "No row could be made to try {Path} of version {Version} of the model '{Name}' with, so the version is not proven. Register it with a golden "
        + "example, or correct its schema or the samples of its processor.")]
    private partial void LogNoRow(Exception exception, string name, int version, string path);

    [LoggerMessage(
        613,
        LogLevel.Warning,
        "Version {Version} of the model '{Name}' does not answer {Failed} of {Tried} golden examples with {Path}. Callers meet the same failure with "
        + "such rows. Correct the version, its examples or its schema.")]
    private partial void LogSomeFailed(Exception exception, string name, int version, int failed, int tried, string path);

    [LoggerMessage(
        614,
        LogLevel.Information,
        "Version {Version} of the model '{Name}' is ready without a warm-up of {Paths}. {Reason}. Its first such predictions may take longer. "
        + "MlOps:Models:<name>:WarmUpTime sets the time.")]
    private partial void LogSkipped(string name, int version, string paths, string reason);
}
