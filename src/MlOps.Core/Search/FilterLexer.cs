using System.Text;

namespace MlOps.Search;

/// <summary>Splits a filter into tokens.</summary>
internal sealed class FilterLexer(string filter)
{
    private int _position;

    /// <summary>Reads all tokens.</summary>
    /// <exception cref="ArgumentException">The filter contains an invalid character or an unterminated string.</exception>
    public List<FilterToken> ReadAll()
    {
        var tokens = new List<FilterToken>();
        do
        {
            tokens.Add(Read());
        }
        while (tokens[^1].Kind != FilterTokenKind.End);
        return tokens;
    }

    private FilterToken Read()
    {
        while (_position < filter.Length && char.IsWhiteSpace(filter[_position]))
        {
            _position++;
        }

        var position = _position + 1;
        return _position == filter.Length ? new FilterToken(FilterTokenKind.End, "", position) : filter[_position] switch
        {
            '(' => ReadOne(FilterTokenKind.Opening),
            ')' => ReadOne(FilterTokenKind.Closing),
            ',' => ReadOne(FilterTokenKind.Comma),
            '\'' or '"' => new FilterToken(FilterTokenKind.Text, ReadQuoted(), position),
            '=' or '!' or '<' or '>' => ReadComparer(position),
            '+' or '-' or '.' or (>= '0' and <= '9') => new FilterToken(FilterTokenKind.Number, ReadWhile(IsNumeric), position),
            var character when char.IsLetter(character) || character == '_' => ReadWord(position),
            var character => throw FilterError.At(filter, position, $"the character '{character}'", "a key, a comparison or a value"),
        };
    }

    private FilterToken ReadOne(FilterTokenKind kind) => new(kind, filter[_position++].ToString(), _position);

    private FilterToken ReadComparer(int position)
    {
        var length = filter[_position] != '=' && _position + 1 < filter.Length && filter[_position + 1] == '=' ? 2 : 1;
        var comparer = filter.Substring(_position, length);
        _position += length;
        return comparer == "!" ? throw FilterError.At(filter, position, "'!'", "'!='") : new FilterToken(FilterTokenKind.Comparer, comparer, position);
    }

    private FilterToken ReadWord(int position)
    {
        var word = ReadWhile(static character => char.IsLetterOrDigit(character) || character is '_' or '.' or '-' or '/');
        var hasQuotedKey = word[^1] == '.' && _position < filter.Length && (filter[_position] is '`' or '"');
        return new FilterToken(FilterTokenKind.Word, word, position, hasQuotedKey ? ReadQuoted() : null);
    }

    private static bool IsNumeric(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '+' or '-';

    private string ReadWhile(Func<char, bool> belongs)
    {
        var begin = _position;
        while (_position < filter.Length && belongs(filter[_position]))
        {
            _position++;
        }

        return filter[begin.._position];
    }

    /// <summary>Reads a quoted text. A quotation mark within the text is doubled.</summary>
    private string ReadQuoted()
    {
        var (quote, begin) = (filter[_position], _position + 1);
        var text = new StringBuilder();
        for (_position++; _position < filter.Length; _position++)
        {
            if (filter[_position] != quote)
            {
                text.Append(filter[_position]);
            }
            else if (_position + 1 < filter.Length && filter[_position + 1] == quote)
            {
                text.Append(filter[_position++]);
            }
            else
            {
                _position++;
                return text.ToString();
            }
        }

        throw FilterError.At(filter, begin, "an unterminated string", $"a closing {quote}");
    }
}
