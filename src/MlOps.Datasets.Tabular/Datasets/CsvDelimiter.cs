namespace MlOps.Datasets;

/// <summary>Detects the delimiter of a CSV file from a sample.</summary>
/// <remarks>
/// The sample is split by each candidate, with regard to quotation marks. Among the candidates that split the header, the detection selects the
/// candidate with the largest share of rows that have as many fields as the header, then the candidate with the larger share of numbers, times and
/// booleans among the values, and then the candidate with more fields.
/// </remarks>
internal static class CsvDelimiter
{
    // The comma has the lowest priority, because text and decimal numbers contain commas.
    private const string Candidates = "\t;|,";

    /// <summary>Detects the delimiter.</summary>
    /// <param name="sample">The first characters of the file, starting with the header.</param>
    /// <param name="isWhole">Whether the sample is the whole file. Otherwise the last record may be incomplete and is ignored.</param>
    public static char Find(ReadOnlySpan<char> sample, bool isWhole)
    {
        var splits = new Split[Candidates.Length];
        for (var i = 0; i < splits.Length; i++)
        {
            splits[i] = SplitBy(sample, Candidates[i], isWhole);
        }

        if (splits.Any(static split => split.Columns > 1))
        {
            return splits.Where(static split => split.Columns > 1)
                .OrderByDescending(static split => split.Fitting)
                .ThenByDescending(static split => split.Typed)
                .ThenByDescending(static split => split.Columns)
                .First().Delimiter;
        }

        // The header has one column. If all rows have the same larger number of fields, select their delimiter: reading then reports the header as wrong.
        // Delimiters in some rows only are part of the text.
        return splits.Reverse()
            .OrderByDescending(static split => split.IsRegular)
            .ThenByDescending(static split => split.Fitting).First().Delimiter;
    }

    private static Split SplitBy(ReadOnlySpan<char> sample, char delimiter, bool isWhole)
    {
        var split = new Split(delimiter);
        var (start, fields, typed, empty) = (0, 0, 0, 0);
        while (start < sample.Length)
        {
            var length = FindEndOfField(sample[start..], delimiter);
            var isLast = start + length >= sample.Length;
            if (isLast && !isWhole && split.Columns > 0)
            {
                break;
            }

            var field = sample.Slice(start, length).Trim('"');
            fields++;
            empty += field.IsEmpty ? 1 : 0;
            typed += CsvValue.IsTyped(field) ? 1 : 0;
            if (isLast || sample[start + length] != delimiter)
            {
                if (fields > 1 || sample.Slice(start, length).ContainsAnyExcept(' '))
                {
                    split.Add(fields, typed, fields - empty);
                }

                (fields, typed, empty) = (0, 0, 0);
            }

            start += length + 1;
        }

        return split;
    }

    /// <summary>Finds the delimiter or line break after a field. Delimiters and line breaks between quotation marks are part of the field.</summary>
    private static int FindEndOfField(ReadOnlySpan<char> text, char delimiter)
    {
        var end = 0;
        if (text[0] == '"')
        {
            // A doubled quotation mark ends a quoted part and begins another.
            while (end < text.Length && text[end] == '"')
            {
                var close = text[(end + 1)..].IndexOf('"');
                end = close < 0 ? text.Length : end + close + 2;
            }
        }

        var rest = text[end..].IndexOfAny(delimiter, '\r', '\n');
        return rest < 0 ? text.Length : end + rest;
    }

    /// <summary>The result of splitting a sample by a delimiter.</summary>
    private sealed class Split(char delimiter)
    {
        private long _rows;
        private long _fitting;
        private long _values;
        private long _typed;
        private int _fieldsOfRow;
        private bool _isRegular = true;

        public char Delimiter => delimiter;

        /// <summary>Gets the number of fields of the header.</summary>
        public int Columns { get; private set; }

        /// <summary>Gets the share of rows that have as many fields as the header.</summary>
        public double Fitting => _rows == 0 ? 1 : (double)_fitting / _rows;

        /// <summary>Gets the share of numbers, times and booleans among the values that are not empty.</summary>
        public double Typed => _values == 0 ? 0 : (double)_typed / _values;

        /// <summary>Gets a value indicating whether all rows have the same number of fields, and more than one.</summary>
        public bool IsRegular => _isRegular && _fieldsOfRow > 1;

        public void Add(int fields, int typed, int values)
        {
            if (Columns == 0)
            {
                Columns = fields;
                return;
            }

            _isRegular &= _fieldsOfRow == 0 || _fieldsOfRow == fields;
            _fieldsOfRow = fields;
            _rows++;
            _fitting += fields == Columns ? 1 : 0;
            _values += values;
            _typed += typed;
        }
    }
}
