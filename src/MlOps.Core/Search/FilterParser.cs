using System.Globalization;

namespace MlOps.Search;

/// <summary>Reads a filter into a function.</summary>
internal sealed class FilterParser
{
    private const int MaxLength = 10_000;
    private const int MaxDepth = 100;
    private static readonly string[] s_orders = [">", ">=", "<", "<="];
    private readonly string _filter;
    private readonly FilterSchema _schema;
    private readonly List<FilterToken> _tokens;
    private int _at;
    private int _depth;

    public FilterParser(string filter, FilterSchema schema)
    {
        if (filter.Length > MaxLength)
        {
            throw FilterError.At(filter, MaxLength, "more", $"the end: a filter has at most {MaxLength} characters");
        }

        _filter = filter;
        _schema = schema;
        _tokens = new FilterLexer(filter).ReadAll();
    }

    private FilterToken Current => _tokens[_at];

    public Func<IFilterSubject, bool> Parse()
    {
        if (Current.Kind == FilterTokenKind.End)
        {
            return static _ => true;
        }

        var holds = ParseEither();
        return Current.Kind == FilterTokenKind.End ? holds : throw Expected("'and', 'or' or the end");
    }

    /// <summary>Reads a key to order by, with <c>asc</c> or <c>desc</c> after it or nothing.</summary>
    public FilterOrder ParseOrder()
    {
        var (scope, key, _) = ParseKey();
        var isDescending = TakeWord("desc");
        return isDescending || TakeWord("asc") || Current.Kind == FilterTokenKind.End
            ? Current.Kind == FilterTokenKind.End ? new FilterOrder(scope, key, isDescending) : throw Expected("the end")
            : throw Expected("'asc', 'desc' or the end");
    }

    private Func<IFilterSubject, bool> ParseEither()
    {
        var holds = ParseBoth();
        while (TakeWord("or"))
        {
            var (left, right) = (holds, ParseBoth());
            holds = subject => left(subject) || right(subject);
        }

        return holds;
    }

    private Func<IFilterSubject, bool> ParseBoth()
    {
        var holds = ParseOne();
        while (TakeWord("and"))
        {
            var (left, right) = (holds, ParseOne());
            holds = subject => left(subject) && right(subject);
        }

        return holds;
    }

    private Func<IFilterSubject, bool> ParseOne()
    {
        if (++_depth > MaxDepth)
        {
            throw Expected($"a comparison: at most {MaxDepth} nest");
        }

        Func<IFilterSubject, bool> holds;
        if (TakeWord("not"))
        {
            var inner = ParseOne();
            holds = subject => !inner(subject);
        }
        else if (Take(FilterTokenKind.Opening))
        {
            holds = ParseEither();
            Need(FilterTokenKind.Closing, "')', 'and' or 'or'");
        }
        else
        {
            holds = ParseComparison();
        }

        _depth--;
        return holds;
    }

    private Func<IFilterSubject, bool> ParseComparison()
    {
        var (scope, key, type) = ParseKey();
        if (TakeWord("is"))
        {
            var isNotNull = TakeWord("not");
            return TakeWord("null") ? FilterComparison.IsNull(scope, key, isNotNull) : throw Expected(isNotNull ? "'null'" : "'null' or 'not null'");
        }

        var negated = TakeWord("not");
        if (negated || Current.IsWord("in"))
        {
            return TakeWord("in") ? FilterComparison.In(scope, key, ParseList(type), negated) : throw Expected("'in'");
        }

        if (Current.IsWord("like") || Current.IsWord("ilike"))
        {
            if (type is FilterType.Number or FilterType.Time)
            {
                throw Expected("'=', '!=', '>', '>=', '<', '<=', 'in', 'not in', 'is null' or 'is not null': this is a number");
            }

            var ignoreCase = _tokens[_at++].IsWord("ilike");
            return FilterComparison.Like(scope, key, Need(FilterTokenKind.Text, "a pattern in quotes").Value, ignoreCase);
        }

        var comparer = Need(FilterTokenKind.Comparer, "'=', '!=', '>', '>=', '<', '<=', 'like', 'ilike', 'in', 'not in', 'is null' or 'is not null'").Value;
        return FilterComparison.Compare(scope, key, comparer, ParseValue(type, isOrder: s_orders.Contains(comparer)));
    }

    private (FilterScope Scope, string Key, FilterType Type) ParseKey()
    {
        var token = Need(FilterTokenKind.Word, _schema.Expected);
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
        Need(FilterTokenKind.Opening, "'('");
        var values = new List<FilterValue>();
        do
        {
            values.Add(ParseValue(type, isOrder: false));
        }
        while (Take(FilterTokenKind.Comma));
        Need(FilterTokenKind.Closing, "',' or ')'");
        return values;
    }

    private FilterValue ParseValue(FilterType type, bool isOrder)
    {
        var token = Current;
        if (token.Kind == FilterTokenKind.Number && type != FilterType.Text)
        {
            _at++;
            return double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new FilterValue(number)
                : throw FilterError.At(_filter, token.Position, token.ToString(), "a number");
        }

        if (token.Kind == FilterTokenKind.Text && type == FilterType.Time)
        {
            _at++;
            return DateTimeOffset.TryParse(token.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? new FilterValue(time)
                : throw FilterError.At(_filter, token.Position, token.ToString(), "a time such as '2026-01-31T12:00:00Z'");
        }

        if (token.Kind == FilterTokenKind.Text && type != FilterType.Number && !isOrder)
        {
            _at++;
            return FilterValue.Literal(token.Value);
        }

        throw Expected(type switch
        {
            FilterType.Number => "a number",
            FilterType.Time => "a number of milliseconds or a time in quotes",
            FilterType.Text => isOrder ? "'=' or '!=' before: this is text, which has no order" : "text in quotes",
            _ => isOrder ? "a number: text has no order" : "text in quotes or a number",
        });
    }

    private bool Take(FilterTokenKind kind)
    {
        var taken = Current.Kind == kind;
        _at += taken ? 1 : 0;
        return taken;
    }

    private bool TakeWord(string word)
    {
        var taken = Current.IsWord(word);
        _at += taken ? 1 : 0;
        return taken;
    }

    private FilterToken Need(FilterTokenKind kind, string expected) => Current.Kind == kind ? _tokens[_at++] : throw Expected(expected);

    private ArgumentException Expected(string expected) => FilterError.At(_filter, Current.Position, Current.ToString(), expected);
}
