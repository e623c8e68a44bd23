using System.Globalization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Checks that what is said of a feature can be.</summary>
internal static class FeatureSchemaRules
{
    /// <summary>Finds what cannot be.</summary>
    /// <returns>A clause with the remedy after <c>the feature 'x': …</c>; <see langword="null"/> if all can be.</returns>
    public static string? FindFault(FeatureSchema feature) =>
        RecordText.FindNameFault(feature.Name) is { } fault ? $"its name cannot be: {fault}"
        : !Enum.IsDefined(feature.Type) ? $"'type' is {feature.Type}. Use one of the types there are."
        : FindMisplaced(feature) ?? FindRangeFault(feature) ?? FindCategoryFault(feature) ?? FindTextFault(feature) ?? FindImputeFault(feature);

    public static bool IsNumber(FeatureType type) => type is not (FeatureType.Boolean or FeatureType.String or FeatureType.DateTime or FeatureType.Binary);

    /// <summary>Finds a rule about numbers.</summary>
    public static string? FindNumberRule(FeatureSchema feature) =>
        feature.Minimum is not null ? "minimum" : feature.Maximum is not null ? "maximum" : feature.AllowNaN ? "allowNaN" : feature.AllowInfinity ? "allowInfinity" : null;

    /// <summary>Finds a rule about texts.</summary>
    public static string? FindTextRule(FeatureSchema feature) =>
        feature.Categories is not null ? "categories"
        : feature.MinimumLength is not null ? "minimumLength"
        : feature.MaximumLength is not null ? "maximumLength"
        : feature.Pattern is not null ? "pattern"
        : null;

    private static string? FindMisplaced(FeatureSchema feature)
    {
        if (!IsNumber(feature.Type) && FindNumberRule(feature) is { } number)
        {
            return $"'{number}' is for numbers, and its type is {feature.Type}. Remove it, or change 'type'.";
        }

        return feature.Type != FeatureType.String && FindTextRule(feature) is { } text
            ? $"'{text}' is for texts, and its type is {feature.Type}. Remove it, or change 'type'."
            : null;
    }

    private static string? FindRangeFault(FeatureSchema feature)
    {
        var (minimum, maximum, slack) = (feature.Minimum ?? 0, feature.Maximum ?? 0, feature.Slack);
        return !double.IsFinite(minimum) || !double.IsFinite(maximum) ? Say($"its range is {minimum} to {maximum}. Give finite numbers, or leave a bound out.")
            : feature.Minimum > feature.Maximum ? Say($"'minimum' is {minimum} and 'maximum' is {maximum}. Exchange them.")
            : !double.IsFinite(slack) || slack < 0 ? Say($"'slack' is {slack}. Give a number of zero or more, such as 0.1.")
            : null;
    }

    private static string? FindCategoryFault(FeatureSchema feature) =>
        feature.Categories is { Count: 0 } ? "'categories' is empty. Name at least one, or leave it out for any text."
        : feature.Categories?.Any(static category => category is null) == true ? "'categories' has a null. Remove it, and set 'isNullable'."
        : feature.Categories?.GroupBy(static category => category, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice
            ? $"'categories' has '{RecordText.Shorten(twice.Key)}' twice. Name each once."
        : feature.MaxUnseenRate is not (>= 0 and <= 1) ? Say($"'maxUnseenRate' is {feature.MaxUnseenRate}. Give a share from 0 to 1, such as 0.01.")
        : feature.MaxUnseenRate > 0 && feature.Categories is null ? "'maxUnseenRate' means nothing without 'categories'. Remove it, or name the categories."
        : null;

    private static string? FindTextFault(FeatureSchema feature)
    {
        if (feature.MinimumLength < 0 || feature.MaximumLength < 0 || feature.MinimumLength > feature.MaximumLength)
        {
            return Say($"'minimumLength' is {feature.MinimumLength} and 'maximumLength' is {feature.MaximumLength}. Give numbers of zero or more, the lesser one first.");
        }

        if (feature.Count < 0)
        {
            return Say($"'count' is {feature.Count}. Give a number of zero or more.");
        }

        try
        {
            _ = TextPattern.Compile(feature.Pattern);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return $"'pattern' is '{RecordText.Shorten(feature.Pattern!)}', which is no regular expression without look-around and back references. Mend it. {exception.Message}";
        }
    }

    private static string? FindImputeFault(FeatureSchema feature) => (feature.Type, feature.Impute) switch
    {
        (_, null) or (FeatureType.String, string) or (FeatureType.Boolean, bool) => null,
        (FeatureType.Boolean or FeatureType.String or FeatureType.DateTime or FeatureType.Binary, var value) => ImputeFault(feature.Type, value),
        (_, var value) => ImputedNumber.TryGet(value, out _) ? null : ImputeFault(feature.Type, value),
    };

    private static string ImputeFault(FeatureType type, object value)
    {
        var remedy = type switch
        {
            FeatureType.Boolean => "Give true or false",
            FeatureType.String => "Give a text",
            FeatureType.DateTime or FeatureType.Binary => "Remove it, because such values are not imputed",
            _ => "Give a number",
        };
        return $"'impute' is {RecordText.Shorten(Convert.ToString(value, CultureInfo.InvariantCulture)!)}, and its type is {type}. {remedy}.";
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
