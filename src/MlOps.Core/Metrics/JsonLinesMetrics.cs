using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlOps.Metrics;

/// <summary>Reads the points that metrics sinks of type <c>JsonLines</c> wrote.</summary>
public static partial class JsonLinesMetrics
{
    internal const string Prefix = "metrics-";
    internal const string Suffix = ".jsonl";

    /// <summary>Reads the points of all files in a folder.</summary>
    /// <remarks>
    /// The files may be read while sinks write to them. An incomplete last line is skipped: its process is still writing it, or has terminated. A batch
    /// is skipped too if its write fails and is repeated during the read.
    /// </remarks>
    /// <param name="folder">The folder of the sink.</param>
    /// <param name="cancellationToken">A token that cancels the reading.</param>
    /// <returns>The points, ordered by the creation of their files and by their position in the file. Points with the same name and tags share one
    /// <see cref="MetricSeries"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">A line is not valid. The message names the file and the line number.</exception>
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
                    throw new InvalidDataException(
                        $"Line {number} of '{file}' is not a valid metric point. Delete the line, or restore the file from a backup.");
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

    /// <summary>Lists the files in the order of their creation.</summary>
    internal static IReadOnlyList<string> ListFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal)];

    /// <summary>Gets the pattern of the file names that the sink generates.</summary>
    internal static Regex OwnNames => OwnName();

    /// <summary>Lists the files that a sink created, in the order of their creation. Links and files of other programs are excluded.</summary>
    internal static IReadOnlyList<string> ListOwnFiles(string folder) =>
        [.. ListFiles(folder).Where(static file => OwnName().IsMatch(Path.GetFileName(file)) && new FileInfo(file).LinkTarget is null)];

    [GeneratedRegex(@"^metrics-[0-9]{8}T[0-9]{13}Z-[0-9a-f]{32}\.jsonl\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    /// <summary>Reads the complete lines. A line that is not valid is returned as <see langword="null"/>.</summary>
    private static async IAsyncEnumerable<JsonLine?> ReadLinesAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken)
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
                var (rest, lines, invalid) = (read.Buffer, new List<JsonLine>(), (byte[]?)null);
                while (invalid is null && rest.PositionOf((byte)'\n') is { } end)
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
                        invalid = line.ToArray();
                    }
                }

                reader.AdvanceTo(rest.Start, rest.End);
                isCompleted = read.IsCompleted || invalid is not null;
                foreach (var line in lines)
                {
                    yield return line;
                }

                if (invalid is not null && await StillContainsAsync(file, position, invalid, cancellationToken).ConfigureAwait(false))
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

    /// <summary>Determines whether a file still contains an invalid line. If not, the line was read while a failed write was truncated and repeated.</summary>
    private static async Task<bool> StillContainsAsync(string file, long position, byte[] line, CancellationToken cancellationToken)
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
            return null; // deleted by retention after the listing
        }
    }

    private static JsonLine? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var parsed = JsonSerializer.Deserialize(ref reader, MetricsJson.Default.JsonLine);
            return string.IsNullOrWhiteSpace(parsed?.Name) || parsed.Tags?.Values.Contains(null!) == true || reader.Read() ? null : parsed;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
