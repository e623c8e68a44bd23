using System.Globalization;

namespace MlOps.Search;

/// <summary>Parses a filter into a predicate.</summary>
internal sealed class FilterParser
{
    private const int MaxLength = 10_000;
    private const int MaxDepth = 100;
    private static readonly string[] s_orders = [">", ">=", "<", "<="];
    private readonly string _filter;
    private readonly FilterSchema _schema;
    private readonly List<FilterToken> _tokens;
    private int _position;
    private int _depth;

    public FilterParser(string filter, FilterSchema schema)
    {
        if (filter.Length > MaxLength)
        {
            throw FilterError.At(filter, MaxLength, "more characters", $"the end: the maximum length of a filter is {MaxLength} characters");
        }

        _filter = filter;
        _schema = schema;
        _tokens = new FilterLexer(filter).ReadAll();
    }

    private FilterToken Current => _tokens[_position];

    public Func<IFilterSubject, bool> Parse()
    {
        if (Current.Kind == FilterTokenKind.End)
        {
            return static _ => true;
        }

        var predicate = ParseOr();
        return Current.Kind == FilterTokenKind.End ? predicate : throw Unexpected("'and', 'or' or the end");
    }

    /// <summary>Parses a key, optionally followed by <c>asc</c> or <c>desc</c>.</summary>
    public FilterOrder ParseOrder()
    {
        var (scope, key, _) = ParseKey();
        var isDescending = TakeWord("desc");
        return isDescending || TakeWord("asc") || Current.Kind == FilterTokenKind.End
            ? Current.Kind == FilterTokenKind.End ? new FilterOrder(scope, key, isDescending) : throw Unexpected("the end")
            : throw Unexpected("'asc', 'desc' or the end");
    }

    private Func<IFilterSubject, bool> ParseOr()
    {
        var predicate = ParseAnd();
        while (TakeWord("or"))
        {
            var (left, right) = (predicate, ParseAnd());
            predicate = subject => left(subject) || right(subject);
        }

        return predicate;
    }

    private Func<IFilterSubject, bool> ParseAnd()
    {
        var predicate = ParseOperand();
        while (TakeWord("and"))
        {
            var (left, right) = (predicate, ParseOperand());
            predicate = subject => left(subject) && right(subject);
        }

        return predicate;
    }

    private Func<IFilterSubject, bool> ParseOperand()
    {
        if (++_depth > MaxDepth)
        {
            throw Unexpected($"a comparison: the maximum nesting depth is {MaxDepth}");
        }

        Func<IFilterSubject, bool> predicate;
        if (TakeWord("not"))
        {
            var inner = ParseOperand();
            predicate = subject => !inner(subject);
        }
        else if (Take(FilterTokenKind.Opening))
        {
            predicate = ParseOr();
            Expect(FilterTokenKind.Closing, "')', 'and' or 'or'");
        }
        else
        {
            predicate = ParseComparison();
        }

        _depth--;
        return predicate;
    }

    private Func<IFilterSubject, bool> ParseComparison()
    {
        var (scope, key, type) = ParseKey();
        if (TakeWord("is"))
        {
            var isNotNull = TakeWord("not");
            return TakeWord("null") ? FilterComparison.IsNull(scope, key, isNotNull) : throw Unexpected(isNotNull ? "'null'" : "'null' or 'not null'");
        }

        var negated = TakeWord("not");
        if (negated || Current.IsWord("in"))
        {
            return TakeWord("in") ? FilterComparison.In(scope, key, ParseList(type), negated) : throw Unexpected("'in'");
        }

        if (Current.IsWord("like") || Current.IsWord("ilike"))
        {
            if (type is FilterType.Number or FilterType.Time)
            {
                throw Unexpected("'=', '!=', '>', '>=', '<', '<=', 'in', 'not in', 'is null' or 'is not null': the key is numeric");
            }

            var ignoreCase = _tokens[_position++].IsWord("ilike");
            return FilterComparison.Like(scope, key, Expect(FilterTokenKind.Text, "a pattern in quotes").Value, ignoreCase);
        }

        const string Comparers = "'=', '!=', '>', '>=', '<', '<=', 'like', 'ilike', 'in', 'not in', 'is null' or 'is not null'";
        var comparer = Expect(FilterTokenKind.Comparer, Comparers).Value;
        return FilterComparison.Compare(scope, key, comparer, ParseValue(type, isOrder: s_orders.Contains(comparer)));
    }

    private (FilterScope Scope, string Key, FilterType Type) ParseKey()
    {
        var token = Expect(FilterTokenKind.Word, _schema.Expected);
        var dot = token.Value.IndexOf('.', StringComparison.Ordinal);
        var key = token.QuotedKey ?? token.Value[(dot + 1)..];
        var word = token.QuotedKey is null ? token.Value[..Math.Max(dot, 0)] : token.Value[..^1];
        FilterScope? scope = dot < 0 ? FilterScope.Attribute : _schema.FindScope(word);
        if (scope is null || key.Length == 0)
        {
            throw FilterError.At(_filter, token.Position, token.ToString(), _schema.Expected, _schema.Suggest(word, isScope: true));
        }

        return scope switch
        {
            FilterScope.Parameter or FilterScope.Tag => (scope.Value, key, FilterType.Any),
            FilterScope.Attribute => _schema.Attributes.TryGetValue(key, out var type)
                ? (FilterScope.Attribute, key, type)
                : throw FilterError.At(_filter, token.Position, token.ToString(), _schema.Expected, _schema.Suggest(key, isScope: false)),
            _ => (scope.Value, key, FilterType.Number),
        };
    }

    private List<FilterValue> ParseList(FilterType type)
    {
        Expect(FilterTokenKind.Opening, "'('");
        var values = new List<FilterValue>();
        do
        {
            values.Add(ParseValue(type, isOrder: false));
        }
        while (Take(FilterTokenKind.Comma));
        Expect(FilterTokenKind.Closing, "',' or ')'");
        return values;
    }

    private FilterValue ParseValue(FilterType type, bool isOrder)
    {
        var token = Current;
        if (token.Kind == FilterTokenKind.Number && type != FilterType.Text)
        {
            _position++;
            return double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new FilterValue(number)
                : throw FilterError.At(_filter, token.Position, token.ToString(), "a number");
        }

        if (token.Kind == FilterTokenKind.Text && type == FilterType.Time)
        {
            _position++;
            return DateTimeOffset.TryParse(token.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? new FilterValue(time)
                : throw FilterError.At(_filter, token.Position, token.ToString(), "a time such as '2026-01-31T12:00:00Z'");
        }

        if (token.Kind == FilterTokenKind.Text && type != FilterType.Number && !isOrder)
        {
            _position++;
            return FilterValue.Literal(token.Value);
        }

        throw Unexpected(type switch
        {
            FilterType.Number => "a number",
            FilterType.Time => "a number of milliseconds or a time in quotes",
            FilterType.Text => isOrder ? "'=' or '!=' before: the key is text and has no order" : "text in quotes",
            _ => isOrder ? "a number: text has no order" : "text in quotes or a number",
        });
    }

    private bool Take(FilterTokenKind kind)
    {
        var taken = Current.Kind == kind;
        _position += taken ? 1 : 0;
        return taken;
    }

    private bool TakeWord(string word)
    {
        var taken = Current.IsWord(word);
        _position += taken ? 1 : 0;
        return taken;
    }

    private FilterToken Expect(FilterTokenKind kind, string expected) => Current.Kind == kind ? _tokens[_position++] : throw Unexpected(expected);

    private ArgumentException Unexpected(string expected) => FilterError.At(_filter, Current.Position, Current.ToString(), expected);
}
