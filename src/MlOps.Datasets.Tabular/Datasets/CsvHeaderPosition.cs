namespace MlOps.Datasets;

/// <summary>The position of the header of a CSV file, and the delimiter.</summary>
/// <param name="Skipped">The number of characters before the header.</param>
/// <param name="Delimiter">The delimiter.</param>
internal readonly record struct CsvHeaderPosition(long Skipped, char Delimiter)
{
    private const string Hint = "sep=";

    /// <summary>Finds the header of a file and its delimiter.</summary>
    /// <param name="text">The file, read from its beginning.</param>
    /// <param name="sampleSize">The number of characters for the detection of the delimiter.</param>
    /// <param name="delimiter">The delimiter of a file without a <c>sep=</c> line; <see langword="null"/> to detect it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<CsvHeaderPosition> FindAsync(TextReader text, int sampleSize, char? delimiter, CancellationToken cancellationToken)
    {
        var sample = new char[sampleSize];
        var (skipped, length, blank) = (0L, 0, 0);
        do
        {
            skipped += length;
            length = await text.ReadBlockAsync(sample, cancellationToken).ConfigureAwait(false);
            blank = CountBlank(sample.AsSpan(0, length));
        }
        while (blank == length && length == sample.Length);

        if (ReadHint(sample.AsSpan(blank, length - blank)) is { } hint)
        {
            return new CsvHeaderPosition(skipped + blank + hint.Length, hint.Delimiter);
        }

        return new CsvHeaderPosition(skipped + blank, delimiter ?? CsvDelimiter.Find(sample.AsSpan(blank, length - blank), isWhole: length < sample.Length));
    }

    public static bool CanDelimit(char character) => character is not ('"' or '\r' or '\n' or '\0') && !char.IsLetterOrDigit(character);

    /// <summary>Counts the characters of the blank lines at the beginning.</summary>
    private static int CountBlank(ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart("\r\n ");
        return rest.IsEmpty ? text.Length : text[..^rest.Length].LastIndexOfAny('\r', '\n') + 1;
    }

    /// <summary>Reads the line <c>sep=</c>, which sets the delimiter for Excel, and the blank lines after it.</summary>
    private static (int Length, char Delimiter)? ReadHint(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\r', '\n');
        var line = (end < 0 ? text : text[..end]).Trim('"');
        return line.Length == Hint.Length + 1 && line.StartsWith(Hint, StringComparison.OrdinalIgnoreCase) && CanDelimit(line[^1])
            ? (end < 0 ? text.Length : end + CountBlank(text[end..]), line[^1])
            : null;
    }
}
