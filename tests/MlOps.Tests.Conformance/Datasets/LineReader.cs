using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Reads files of numbers, one on each line, as tables of one column.</summary>
internal sealed class LineReader : ITableReader
{
    private int _reads;

    public string Name { get; init; } = "lines";

    /// <summary>Gets the number of files that were read.</summary>
    public int Reads => _reads;

    /// <summary>Gets the function to call after a file was read.</summary>
    public Action AfterRead { get; init; } = static () => { };

    public bool CanRead(string path) => path.EndsWith(".lines", StringComparison.Ordinal);

    public async Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        using var text = new StreamReader(content, leaveOpen: true);
        var numbers = new List<double>();
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            numbers.Add(
                double.TryParse(line, CultureInfo.InvariantCulture, out var number) ? number : throw new TableFormatException($"'{line}' is no number."));
        }

        AfterRead();
        var column = new ColumnProfile { Name = "number", Type = ColumnType.Number, Nulls = 0, Mean = numbers.Average(), Maximum = numbers.Max() };
        return new TableProfile { Rows = numbers.Count, Columns = [column] };
    }
}
