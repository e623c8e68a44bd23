using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlOps.Metrics;

/// <summary>Reads the points that metrics sinks of the type <c>JsonLines</c> wrote.</summary>
public static partial class JsonLinesMetrics
{
    internal const string Prefix = "metrics-";
    internal const string Suffix = ".jsonl";

    /// <summary>Reads points, also while they are written. A last line without an end, because the process died or is still writing, is left out. So is a batch
    /// that is replaced while it is
    /// read, because its write failed.</summary>
    /// <param name="folder">The folder of the sink.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The points: of each file in turn, in the order in which these were begun, and in each file in the order in which they were written. Those of
    /// the same name and tags have one <see cref="MetricSeries"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A line is not valid; the message has its number and file.</exception>
    public static async IAsyncEnumerable<MetricDataPoint> ReadAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var known = new Dictionary<MetricSeries, MetricSeries>(MetricSeriesComparer.Instance);
        foreach (var file in ListFiles(folder))
        {
            var number = 0;
            await foreach (var line in ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
            {
                number++;
                if (line is null)
                {
                    throw new InvalidDataException($"Line {number} of '{file}' is not a point. Delete the line, or restore the file from a copy.");
                }

                var series = new MetricSeries(line.Name, line.Unit, line.Tags);
                if (!known.TryAdd(series, series))
                {
                    series = known[series];
                }

                yield return new MetricDataPoint(series, line.Value, line.Time, line.Step);
            }
        }
    }

    /// <summary>Lists the files in the order in which they were begun.</summary>
    internal static IReadOnlyList<string> ListFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal)];

    /// <summary>Gets the pattern of the names that the sink gives to its files.</summary>
    internal static Regex OwnNames => OwnName();

    /// <summary>Lists the files that a sink created, in the order in which they were begun: no files of other programs with similar names, and no
    /// links.</summary>
    internal static IReadOnlyList<string> ListOwnFiles(string folder) =>
        [.. ListFiles(folder).Where(static file => OwnName().IsMatch(Path.GetFileName(file)) && new FileInfo(file).LinkTarget is null)];

    [GeneratedRegex(@"^metrics-[0-9]{8}T[0-9]{13}Z-[0-9a-f]{32}\.jsonl\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    /// <summary>Reads the lines that have an end; one that is not valid is <see langword="null"/>.</summary>
    private static async IAsyncEnumerable<MetricLine?> ReadLinesAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (TryOpen(file) is not { } stream)
        {
            yield break;
        }

        var reader = PipeReader.Create(stream);
        try
        {
            var position = 0L;
            for (var isCompleted = false; !isCompleted;)
            {
                var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var (rest, lines, altered) = (read.Buffer, new List<MetricLine>(), (byte[]?)null);
                while (altered is null && rest.PositionOf((byte)'\n') is { } end)
                {
                    var line = rest.Slice(0, end);
                    if (Parse(line) is { } parsed)
                    {
                        lines.Add(parsed);
                        position += line.Length + 1;
                        rest = rest.Slice(rest.GetPosition(1, end));
                    }
                    else
                    {
                        altered = line.ToArray();
                    }
                }

                reader.AdvanceTo(rest.Start, rest.End);
                isCompleted = read.IsCompleted || altered is not null;
                foreach (var line in lines)
                {
                    yield return line;
                }

                if (altered is not null && await IsThereAsync(file, position, altered, cancellationToken).ConfigureAwait(false))
                {
                    yield return null;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Determines whether a file still has a line that cannot be parsed. If not, a part of it was read before a failed write was cut off, and a part
    /// after the next write.</summary>
    private static async Task<bool> IsThereAsync(string file, long position, byte[] line, CancellationToken cancellationToken)
    {
        if (TryOpen(file) is not { } stream)
        {
            return false;
        }

        await using var _ = stream.ConfigureAwait(false);
        stream.Position = position;
        var bytes = new byte[line.Length];
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return bytes.AsSpan(0, count).SequenceEqual(line);
    }

    private static FileStream? TryOpen(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (FileNotFoundException)
        {
            return null; // one too many, and deleted meanwhile
        }
    }

    private static MetricLine? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var parsed = JsonSerializer.Deserialize(ref reader, MetricsJson.Default.MetricLine);
            return string.IsNullOrWhiteSpace(parsed?.Name) || parsed.Tags?.Values.Contains(null!) == true || reader.Read() ? null : parsed;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
