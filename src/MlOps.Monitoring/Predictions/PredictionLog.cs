using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Monitoring.Windows;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Writes observed predictions to Parquet files in the store.</summary>
/// <remarks>Thread-safe. A file is in the store completely or not at all. The predictions of an open file are lost if the process is killed.</remarks>
internal sealed partial class PredictionLog : IObservedRowSink, IAsyncDisposable
{
    private const int MaxOpenFiles = 16;
    private static readonly TimeSpan s_disposeTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, ModelLog> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<FileKey, OpenFile> _open = [];
    private readonly string _instance;
    private readonly Func<string, LogOptions> _optionsOf;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<PredictionLog> _logger;
    private readonly PendingFiles _pending;
    private long _files;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="PredictionLog"/> class.</summary>
    /// <param name="store">The store.</param>
    /// <param name="instance">The identifier of this process, which no other process has had. It is a part of the file names.</param>
    /// <param name="optionsOf">Gets the validated settings of a model.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger.</param>
    public PredictionLog(
        IArtifactStore store, string instance, Func<string, LogOptions> optionsOf, TimeProvider timeProvider, ILogger<PredictionLog> logger)
    {
        _instance = instance;
        _optionsOf = optionsOf;
        _timeProvider = timeProvider;
        _logger = logger;
        _pending = new PendingFiles(store, timeProvider, logger);
    }

    /// <summary>Gets the number of predictions that are not in the log because the store failed for too long.</summary>
    public long Dropped => _pending.DroppedRows;

    /// <inheritdoc/>
    public async ValueTask AddAsync(ObservedChunk chunk, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var model = FindModel(chunk.Model);
            if (model.Options.Enabled)
            {
                var schema = FindSchema(model, chunk);

                // Not canceled: a partly encoded file would be lost.
                for (var row = 0; row < chunk.Count;)
                {
                    row = await AddRowsAsync(model, schema, chunk, row).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var key in _open.Keys.ToList())
            {
                await CloseAsync(key).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }

        await _pending.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the open files, within 10 seconds. Predictions that cannot be written are counted and logged.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(s_disposeTimeout, _timeProvider);
        try
        {
            await FlushAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The files that wait are counted and logged by their queue.
        }

        _isDisposed = true;
        await _pending.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private ModelLog FindModel(string name)
    {
        if (!_models.TryGetValue(name, out var model))
        {
            model = new ModelLog(name, _optionsOf(name));
            _models.Add(name, model);
            if (model.Options is { Enabled: true, Hash.Count: > 0, HashKey: null })
            {
                LogGuessable(name);
            }
        }

        return model;
    }

    private PredictionSchema FindSchema(ModelLog model, ObservedChunk chunk)
    {
        var schema = model.Schemas.Find(schema => schema.Matches(chunk.Inputs.Columns, chunk.Outputs.Columns));
        if (schema is null)
        {
            schema = PredictionSchema.Create(model.Name, chunk.Inputs.Columns, chunk.Outputs.Columns, model.Options, out var fault);
            model.Schemas.Add(schema);
            if (fault is not null)
            {
                LogUnknownFeature(fault);
            }
        }

        return schema;
    }

    /// <summary>Adds the rows that belong to the same file.</summary>
    /// <returns>The row after the last row that was added.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The loss is logged and counted. Other files are not affected.")]
    private async ValueTask<int> AddRowsAsync(ModelLog model, PredictionSchema schema, ObservedChunk chunk, int start)
    {
        var day = LogPaths.DayOf(chunk.Times[start]);
        var key = new FileKey(schema, chunk.Version, day);
        if (!_open.TryGetValue(key, out var file))
        {
            file = await OpenAsync(model, key).ConfigureAwait(false);
        }

        var dayEnd = day == DateOnly.MaxValue ? long.MaxValue : day.AddDays(1).ToDateTime(TimeOnly.MinValue).Ticks;
        var dayStart = day.ToDateTime(TimeOnly.MinValue).Ticks;
        var limit = (int)Math.Min(chunk.Count, start + model.Options.MaxFileRows - file.Content.Rows);
        var end = start + 1;
        while (end < limit && chunk.Times[end] >= dayStart && chunk.Times[end] < dayEnd)
        {
            end++;
        }

        var rows = file.Content.Rows + end - start;
        try
        {
            await file.Content.AddAsync(chunk, start, end, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Abandon(key, rows, exception);
            return end;
        }

        if (file.Content.Rows >= model.Options.MaxFileRows || file.Content.Size >= model.Options.MaxFileSize)
        {
            await CloseAsync(key).ConfigureAwait(false);
        }

        return end;
    }

    private async Task<OpenFile> OpenAsync(ModelLog model, FileKey key)
    {
        if (_open.Count >= MaxOpenFiles)
        {
            await CloseAsync(_open.MinBy(static pair => pair.Value.Number).Key).ConfigureAwait(false);
        }

        var content = new PredictionFile(key.Schema, model.Options.SampleRate, model.Hasher);
        var number = ++_files;
        var timer = _timeProvider.CreateTimer(
            _ => _ = CloseAgedAsync(key, number), null, model.Options.MaxFileAge, Timeout.InfiniteTimeSpan);
        var file = new OpenFile(model, content, timer, number);
        _open.Add(key, file);
        return file;
    }

    private async Task CloseAgedAsync(FileKey key, long number)
    {
        try
        {
            await _gate.WaitAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            return; // The file was written when the log was disposed.
        }

        try
        {
            if (_open.TryGetValue(key, out var file) && file.Number == number)
            {
                await CloseAsync(key).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The loss is logged and counted. Other files are not affected.")]
    private async Task CloseAsync(FileKey key)
    {
        var file = _open[key];
        byte[] bytes;
        try
        {
            bytes = await file.Content.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Abandon(key, file.Content.Rows, exception);
            return;
        }

        _pending.TryAdd(file.Model.Name, PathOf(key, file), bytes, file.Content.Rows, file.Model.Options.MaxPendingSize);
        Remove(key);
    }

    /// <summary>Removes a file that cannot be encoded, and reports the loss.</summary>
    private void Abandon(FileKey key, long rows, Exception exception)
    {
        _pending.CountLost(rows);
        LogNotEncoded(exception, PathOf(key, _open[key]).ToString(), rows);
        Remove(key);
    }

    private void Remove(FileKey key)
    {
        _open.Remove(key, out var file);
        file!.Timer.Dispose();
        file.Content.Dispose();
    }

    private ArtifactPath PathOf(FileKey key, OpenFile file) =>
        LogPaths.File(LogPaths.Predictions, file.Model.Name, key.Day, _instance, file.Number);

    [LoggerMessage(734, LogLevel.Warning, "Features of the model '{Model}' are logged as digests without a key. Such a digest can be guessed by hashing "
        + "likely values. Set Log:HashKey to a random secret.")]
    private partial void LogGuessable(string model);

    [LoggerMessage(735, LogLevel.Error, "{Fault} No features of the model are logged until the setting is corrected.")]
    private partial void LogUnknownFeature(string fault);

    [LoggerMessage(736, LogLevel.Error, "Encoding '{Path}' failed. Its {Rows} predictions are not in the log. Report the exception to the maintainers.")]
    private partial void LogNotEncoded(Exception exception, string path, long rows);

    /// <summary>The settings and the schemas of a model.</summary>
    private sealed record ModelLog(string Name, LogOptions Options)
    {
        public FeatureHasher Hasher { get; } = new(Options.HashKey);

        public List<PredictionSchema> Schemas { get; } = [];
    }

    /// <summary>The rows that share a file. A schema belongs to one model.</summary>
    private sealed record FileKey(PredictionSchema Schema, int Version, DateOnly Day);

    private sealed record OpenFile(ModelLog Model, PredictionFile Content, ITimer Timer, long Number);
}
