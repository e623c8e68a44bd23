using System.Text;
using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>Conveniences of <see cref="IRun"/>.</summary>
public static class RunExtensions
{
    /// <summary>Records a value of a metric. It waits for nothing; the value is delivered in the background.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="value">The value; NaN and the infinities are values like others.</param>
    /// <param name="step">The step, such as the epoch; <see langword="null"/> for none.</param>
    /// <param name="time">The time of the measurement, for a value that is imported; <see langword="null"/> for now.</param>
    /// <exception cref="ArgumentException">There can be no metric of this name; the message says why.</exception>
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

    /// <summary>Records values of several metrics at one step. It waits for nothing; the values are delivered in the background.</summary>
    /// <param name="run">The run.</param>
    /// <param name="values">The values by the names of the metrics.</param>
    /// <param name="step">The step, such as the epoch; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">There can be no metric of one of the names; the message says why. Values before it in the list are
    /// recorded.</exception>
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
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value, as <see cref="ParameterText"/> formats it.</param>
    /// <param name="cancellationToken">Cancels the call before it is recorded.</param>
    public static Task LogParameterAsync(this IRun run, string name, object? value, CancellationToken cancellationToken = default) =>
        run.LogParametersAsync(new Dictionary<string, object?> { [name] = value }, cancellationToken);

    /// <summary>Records parameters, all in one.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="parameters">The parameters by name; <see cref="ParameterText"/> formats their values.</param>
    /// <param name="cancellationToken">Cancels the call before they are recorded.</param>
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
    /// <param name="name">The tag.</param>
    /// <param name="value">Its value; <see langword="null"/> removes the tag.</param>
    /// <param name="cancellationToken">Cancels the call before it is recorded.</param>
    public static Task TagAsync(this IRun run, string name, string? value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.ChangeAsync(new RunChange { Tags = new Dictionary<string, string?> { [name] = value } }, cancellationToken);
    }

    /// <summary>Records that the run uses a version of a dataset.</summary>
    /// <inheritdoc cref="IRun.ChangeAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="version">The version.</param>
    /// <param name="context">What it is used for, such as <c>training</c>.</param>
    /// <param name="cancellationToken">Cancels the call before it is recorded.</param>
    public static Task UseDatasetAsync(this IRun run, DatasetVersion version, string? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.ChangeAsync(new RunChange { Datasets = [RunDataset.Of(version, context)] }, cancellationToken);
    }

    /// <summary>Stores a file or folder with the run.</summary>
    /// <inheritdoc cref="IRun.LogArtifactsAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="path">The file or folder on disk.</param>
    /// <param name="folder">The folder of the run it goes to; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the transfer; nothing is recorded then.</param>
    public static Task LogFileAsync(this IRun run, string path, string? folder = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.LogArtifactsAsync(new RunArtifacts { Files = [path], Folder = folder }, null, cancellationToken);
    }

    /// <summary>Stores a text with the run, as a file in UTF-8.</summary>
    /// <inheritdoc cref="IRun.LogArtifactsAsync"/>
    /// <param name="run">The run.</param>
    /// <param name="path">The path it is to have in the run, such as <c>plots/roc.svg</c>.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancels the transfer; nothing is recorded then.</param>
    public static async Task LogTextAsync(this IRun run, string path, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await run.LogArtifactsAsync(new RunArtifacts { Streams = new Dictionary<string, Stream> { [path] = content } }, null, cancellationToken).ConfigureAwait(false);
    }
}
