namespace MlOps.Datasets;

/// <summary>The place where the header of a CSV file begins, and the character between fields.</summary>
/// <param name="Skipped">The number of characters before the header.</param>
/// <param name="Delimiter">The character between fields.</param>
internal readonly record struct CsvStart(long Skipped, char Delimiter)
{
    private const string Hint = "sep=";

    /// <summary>Reads the beginning of a file.</summary>
    /// <param name="text">The file at its beginning.</param>
    /// <param name="sampleSize">The number of characters that the delimiter is found from.</param>
    /// <param name="delimiter">The delimiter, unless the file has a hint; <see langword="null"/> to find it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<CsvStart> FindAsync(TextReader text, int sampleSize, char? delimiter, CancellationToken cancellationToken)
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
            return new CsvStart(skipped + blank + hint.Length, hint.Delimiter);
        }

        return new CsvStart(skipped + blank, delimiter ?? CsvDelimiter.Find(sample.AsSpan(blank, length - blank), isWhole: length < sample.Length));
    }

    public static bool CanDelimit(char character) => character is not ('"' or '\r' or '\n' or '\0') && !char.IsLetterOrDigit(character);

    /// <summary>Counts the characters of the lines at the beginning that are empty or have only spaces.</summary>
    private static int CountBlank(ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart("\r\n ");
        return rest.IsEmpty ? text.Length : text[..^rest.Length].LastIndexOfAny('\r', '\n') + 1;
    }

    /// <summary>Reads the line that sets the delimiter for Excel, with the blank lines after it.</summary>
    private static (int Length, char Delimiter)? ReadHint(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('\r', '\n');
        var line = (end < 0 ? text : text[..end]).Trim('"');
        return line.Length == Hint.Length + 1 && line.StartsWith(Hint, StringComparison.OrdinalIgnoreCase) && CanDelimit(line[^1])
            ? (end < 0 ? text.Length : end + CountBlank(text[end..]), line[^1])
            : null;
    }
}
