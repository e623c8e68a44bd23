using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MlOps.Metrics;

/// <summary>Reads what metrics sinks of the type <c>JsonLines</c> have written.</summary>
public static class JsonLinesMetrics
{
    internal const string Prefix = "metrics-";
    internal const string Suffix = ".jsonl";

    /// <summary>Reads points, also while they are written. A last line that is torn, because the process died or is still writing, is left out.</summary>
    /// <param name="folder">The folder of the sink.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The points: of each file in turn, in the order in which these were begun, and in each file in the order in which they were written. Those of the same name and tags have one <see cref="MetricSeries"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A line other than a last one is not what the sink writes; the message says which.</exception>
    public static async IAsyncEnumerable<MetricPoint> ReadAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var known = new Dictionary<MetricSeries, MetricSeries>(MetricSeriesComparer.Instance);
        foreach (var file in ListFiles(folder))
        {
            var number = 0;
            await foreach (var (line, isLast) in ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
            {
                number++;
                if (Parse(line) is { } parsed)
                {
                    var series = new MetricSeries(parsed.Name, parsed.Unit, parsed.Tags);
                    if (!known.TryAdd(series, series))
                    {
                        series = known[series];
                    }

                    yield return new MetricPoint(series, parsed.Value, parsed.Time, parsed.Step);
                }
                else if (!isLast)
                {
                    throw new InvalidDataException($"Line {number} of '{file}' is not what the sink writes. Delete the line, or restore the file from a copy.");
                }
            }
        }
    }

    /// <summary>Lists the files in the order in which they were begun.</summary>
    internal static IReadOnlyList<string> ListFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal)];

    private static StreamReader? TryOpen(string file)
    {
        try
        {
            return new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.Asynchronous));
        }
        catch (FileNotFoundException)
        {
            return null; // one too many, and deleted meanwhile
        }
    }

    private static MetricLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, MetricsJson.Default.MetricLine) is { } parsed && !string.IsNullOrWhiteSpace(parsed.Name) ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<(string Line, bool IsLast)> ReadLinesAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = TryOpen(file);
        if (reader is null)
        {
            yield break;
        }

        var line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        while (line is not null)
        {
            var next = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            yield return (line, next is null);
            line = next;
        }
    }
}
