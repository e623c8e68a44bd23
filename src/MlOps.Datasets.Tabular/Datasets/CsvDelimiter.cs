namespace MlOps.Datasets;

/// <summary>Finds the character between the fields of a CSV file from a sample of it.</summary>
/// <remarks>
/// The sample is divided by each candidate, with quotation marks taken into account. Of the candidates that divide the header, the one that divides most rows
/// as the header wins;
/// of equal ones the one with the larger share of numbers, times and booleans among the values, and then the one with more fields.
/// </remarks>
internal static class CsvDelimiter
{
    // If nothing else decides, the comma is the last: text and decimal numbers have commas.
    private const string Candidates = "\t;|,";

    /// <summary>Finds the delimiter.</summary>
    /// <param name="sample">The first characters, from the header on.</param>
    /// <param name="isWhole">Whether the file has no more than the sample; if it has, the last record may be cut off and does not count.</param>
    public static char Find(ReadOnlySpan<char> sample, bool isWhole)
    {
        var divisions = new Division[Candidates.Length];
        for (var i = 0; i < divisions.Length; i++)
        {
            divisions[i] = Divide(sample, Candidates[i], isWhole);
        }

        if (divisions.Any(static division => division.Columns > 1))
        {
            return divisions.Where(static division => division.Columns > 1)
                .OrderByDescending(static division => division.Fitting)
                .ThenByDescending(static division => division.Typed)
                .ThenByDescending(static division => division.Columns)
                .First().Delimiter;
        }

        // The header has one column. Rows that all have more fields have no right header, and reading them says so; delimiters in some of the rows are text.
        return divisions.Reverse()
            .OrderByDescending(static division => division.IsRegular)
            .ThenByDescending(static division => division.Fitting).First().Delimiter;
    }

    private static Division Divide(ReadOnlySpan<char> sample, char delimiter, bool isWhole)
    {
        var division = new Division(delimiter);
        var (start, fields, typed, empty) = (0, 0, 0, 0);
        while (start < sample.Length)
        {
            var length = FindEndOfField(sample[start..], delimiter);
            var isLast = start + length >= sample.Length;
            if (isLast && !isWhole && division.Columns > 0)
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
                    division.Add(fields, typed, fields - empty);
                }

                (fields, typed, empty) = (0, 0, 0);
            }

            start += length + 1;
        }

        return division;
    }

    /// <summary>Finds the delimiter or the line break after a field; neither counts between quotation marks.</summary>
    private static int FindEndOfField(ReadOnlySpan<char> text, char delimiter)
    {
        var end = 0;
        if (text[0] == '"')
        {
            // A doubled mark closes and opens again.
            while (end < text.Length && text[end] == '"')
            {
                var close = text[(end + 1)..].IndexOf('"');
                end = close < 0 ? text.Length : end + close + 2;
            }
        }

        var rest = text[end..].IndexOfAny(delimiter, '\r', '\n');
        return rest < 0 ? text.Length : end + rest;
    }

    /// <summary>The result of dividing a sample by one character.</summary>
    private sealed class Division(char delimiter)
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

        /// <summary>Gets the share of numbers, times and booleans among the values that are there.</summary>
        public double Typed => _values == 0 ? 0 : (double)_typed / _values;

        /// <summary>Gets a value indicating whether all rows have the same number of fields, which is more than one.</summary>
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
