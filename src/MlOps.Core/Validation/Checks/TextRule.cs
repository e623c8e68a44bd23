using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MlOps.Validation;

/// <summary>The rule for strings.</summary>
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

    private string Name => ViolationText.Name(_feature.Name);

    public bool Holds(string? value) => value is null
        ? _isNullable
        : value.Length >= _shortest && value.Length <= _longest
            && (_categories is null || _categories.Contains(value))
            && (_pattern is null || TextPattern.Matches(_pattern, value));

    public IEnumerable<ValueFault<string?>> Explain(string? value)
    {
        var rule = this;
        if (value is null)
        {
            if (!_isNullable)
            {
                yield return new(InputRule.Required, () => new("a string", Nothing, ViolationText.Null(rule.Name)));
            }

            yield break;
        }

        if (_categories?.Contains(value) == false)
        {
            yield return new(
                InputRule.Category,
                () => new(rule.DescribeCategories(), ViolationText.Show(value), $"add \"{ViolationText.Show(value)}\" to \"categories\" of {rule.Name}"));
        }

        if (value.Length < _shortest || value.Length > _longest)
        {
            yield return new(InputRule.Length, () => rule.DescribeLength(value));
        }

        if (_pattern is not null && !TextPattern.Matches(_pattern, value))
        {
            yield return new(
                InputRule.Pattern,
                () => new(
                    $"a match of {ViolationText.Show(rule._feature.Pattern!)}",
                    ViolationText.Show(value),
                    $"change \"pattern\" of {rule.Name} so that it matches"));
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
        var shown = string.Join(", ", categories.Take(MostShown).Select(static category => $"'{ViolationText.Show(category)}'"));
        return categories.Count > MostShown ? FormattableString.Invariant($"{shown} or {categories.Count - MostShown} more") : shown;
    }

    private ValueFaultText DescribeLength(string value)
    {
        var (property, bound) = value.Length < _shortest ? ("minimumLength", _shortest) : ("maximumLength", _longest);
        return new(
            FormattableString.Invariant($"{_shortest} to {(_feature.MaximumLength is { } longest ? longest : "any number of")} characters"),
            ViolationText.Show(value),
            ViolationText.Change("change", property, bound, value.Length.ToString(CultureInfo.InvariantCulture), Name));
    }
}
