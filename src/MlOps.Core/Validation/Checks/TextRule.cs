using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MlOps.Validation;

/// <summary>What texts must be.</summary>
internal readonly struct TextRule(FeatureSchema feature) : IValueRule<string?>
{
    private const int MostShown = 5;
    private const string Nothing = "null";
    private readonly bool _isNullable = feature.IsNullable;
    private readonly int _shortest = feature.MinimumLength ?? 0;
    private readonly int _longest = feature.MaximumLength ?? int.MaxValue;
    private readonly FrozenSet<string>? _categories = feature.Categories?.ToFrozenSet(StringComparer.Ordinal);
    private readonly Regex? _pattern = TextPattern.Compile(feature.Pattern);
    private readonly FeatureSchema _feature = feature;

    public bool Holds(string? value) => value is null
        ? _isNullable
        : value.Length >= _shortest && value.Length <= _longest && (_categories is null || _categories.Contains(value)) && (_pattern is null || TextPattern.Matches(_pattern, value));

    public IEnumerable<ValueFault<string?>> Explain(string? value)
    {
        var name = InputText.Name(_feature.Name);
        if (value is null)
        {
            if (!_isNullable)
            {
                yield return new(InputRule.Required, "a text", Nothing, InputText.Null(name));
            }

            yield break;
        }

        var found = InputText.Show(value);
        if (_categories?.Contains(value) == false)
        {
            yield return new(InputRule.Category, DescribeCategories(), found, $"add \"{found}\" to \"categories\" of {name}");
        }

        if (value.Length < _shortest || value.Length > _longest)
        {
            var (property, bound) = value.Length < _shortest ? ("minimumLength", _shortest) : ("maximumLength", _longest);
            yield return new(InputRule.Length, DescribeLength(), found, InputText.Change("change", property, bound, value.Length.ToString(CultureInfo.InvariantCulture), name));
        }

        if (_pattern is not null && !TextPattern.Matches(_pattern, value))
        {
            yield return new(InputRule.Pattern, $"a match of {InputText.Show(_feature.Pattern!)}", found, $"change \"pattern\" of {name} so that it matches");
        }
    }

    public bool TryConvert(object impute, out string? value)
    {
        value = impute as string;
        return value is not null;
    }

    private string DescribeCategories()
    {
        var categories = _feature.Categories!;
        var shown = string.Join(", ", categories.Take(MostShown).Select(static category => $"'{InputText.Show(category)}'"));
        return categories.Count > MostShown ? FormattableString.Invariant($"{shown} or {categories.Count - MostShown} more") : shown;
    }

    private string DescribeLength() => FormattableString.Invariant($"{_shortest} to {(_feature.MaximumLength is { } longest ? longest : "any number of")} characters");
}
