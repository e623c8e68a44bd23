using System.Text;
using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>Convenience methods for <see cref="IRun"/>.</summary>
public static class RunExtensions
{
    /// <summary>Records a value of a metric. The method returns immediately, and the value is delivered in the background.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The name of the metric.</param>
    /// <param name="value">The value. NaN and infinities are allowed.</param>
    /// <param name="step">The step, such as the epoch; <see langword="null"/> for none.</param>
    /// <param name="time">The time of the measurement, for imported values; <see langword="null"/> for the current time.</param>
    /// <exception cref="ArgumentException">The name is invalid. The message states the reason.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public static void LogMetric(this IRun run, string name, double value, long? step = null, DateTimeOffset? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var metric = run.GetMetric(name);
        if (time is { } measured)
        {
            metric.Record(value, step, measured);
        }
        else
        {
            metric.Record(value, step);
        }
    }

    /// <summary>Records values of several metrics at the same step. The method returns immediately, and the values are delivered in the
    /// background.</summary>
    /// <param name="run">The run.</param>
    /// <param name="values">The values, by the name of the metric.</param>
    /// <param name="step">The step, such as the epoch; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">A name is invalid. The message states the reason. The values that precede it in the dictionary
    /// are recorded.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public static void LogMetrics(this IRun run, IReadOnlyDictionary<string, double> values, long? step = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (name, value) in values)
        {
            run.GetMetric(name).Record(value, step);
        }
    }

    /// <summary>Records a parameter.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="value">The value. <see cref="ParameterText"/> converts the value to text.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task LogParameterAsync(this IRun run, string name, object? value, CancellationToken cancellationToken = default) =>
        run.LogParametersAsync(new Dictionary<string, object?> { [name] = value }, cancellationToken);

    /// <summary>Records several parameters in one change.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="parameters">The parameters, by name. <see cref="ParameterText"/> converts the values to text.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the parameters are recorded.</param>
    public static Task LogParametersAsync(this IRun run, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(parameters);
        var texts = parameters.ToDictionary(static parameter => parameter.Key, static parameter => ParameterText.Format(parameter.Value));
        return run.ChangeAsync(new RunChange { Parameters = texts }, cancellationToken);
    }

    /// <summary>Sets a tag.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="name">The key of the tag.</param>
    /// <param name="value">The value of the tag; <see langword="null"/> removes the tag.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task TagAsync(this IRun run, string name, string? value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.ChangeAsync(new RunChange { Tags = new Dictionary<string, string?> { [name] = value } }, cancellationToken);
    }

    /// <summary>Records a dataset version that the run uses.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="version">The version of the dataset.</param>
    /// <param name="context">The purpose of the data, such as <c>training</c>; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    public static Task UseDatasetAsync(this IRun run, DatasetVersion version, string? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.ChangeAsync(new RunChange { Datasets = [RunDataset.Of(version, context)] }, cancellationToken);
    }

    /// <summary>Stores a local file or folder with the run.</summary>
    /// <inheritdoc cref="IRun.LogArtifactsAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="path">The path of the local file or folder.</param>
    /// <param name="folder">The folder in the run; <see langword="null"/> for the root folder.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. If it is canceled, nothing is recorded.</param>
    public static Task LogFileAsync(this IRun run, string path, string? folder = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.LogArtifactsAsync(new RunArtifacts { Files = [path], Folder = folder }, null, cancellationToken);
    }

    /// <summary>Stores a text with the run as a UTF-8 file.</summary>
    /// <inheritdoc cref="IRun.LogArtifactsAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="path">The path of the file in the run, such as <c>plots/roc.svg</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. If it is canceled, nothing is recorded.</param>
    public static async Task LogTextAsync(this IRun run, string path, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        var artifacts = new RunArtifacts { Streams = new Dictionary<string, Stream> { [path] = content } };
        await run.LogArtifactsAsync(artifacts, null, cancellationToken).ConfigureAwait(false);
    }
}
