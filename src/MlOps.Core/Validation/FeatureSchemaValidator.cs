using System.Globalization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Validates feature schemas.</summary>
internal static class FeatureSchemaValidator
{
    /// <summary>Finds the first fault of a feature schema.</summary>
    /// <returns>The fault and its remedy, to follow <c>the feature 'x':</c> in a message, or <see langword="null"/> if the schema is valid.</returns>
    public static string? FindFault(FeatureSchema feature) =>
        RecordText.FindNameFault(feature.Name) is { } fault ? $"the name is not valid: {fault}"
        : !Enum.IsDefined(feature.Type) ? $"'type' is {feature.Type}, which is not defined. Use a member of {nameof(FeatureType)}."
        : FindMisplacedRule(feature) ?? FindRangeFault(feature) ?? FindCategoryFault(feature) ?? FindTextFault(feature) ?? FindImputeFault(feature);

    public static bool IsNumber(FeatureType type) => type is not (FeatureType.Boolean or FeatureType.String or FeatureType.DateTime or FeatureType.Binary);

    /// <summary>Finds a rule that applies only to numbers.</summary>
    public static string? FindNumberRule(FeatureSchema feature) =>
        feature.Minimum is not null ? "minimum"
        : feature.Maximum is not null ? "maximum"
        : feature.AllowNaN ? "allowNaN"
        : feature.AllowInfinity ? "allowInfinity"
        : null;

    /// <summary>Finds a rule that applies only to strings.</summary>
    public static string? FindTextRule(FeatureSchema feature) =>
        feature.Categories is not null ? "categories"
        : feature.MinimumLength is not null ? "minimumLength"
        : feature.MaximumLength is not null ? "maximumLength"
        : feature.Pattern is not null ? "pattern"
        : null;

    private static string? FindMisplacedRule(FeatureSchema feature)
    {
        if (!IsNumber(feature.Type) && FindNumberRule(feature) is { } number)
        {
            return $"'{number}' applies only to numbers, but 'type' is {feature.Type}. Remove '{number}', or change 'type'.";
        }

        return feature.Type != FeatureType.String && FindTextRule(feature) is { } text
            ? $"'{text}' applies only to strings, but 'type' is {feature.Type}. Remove '{text}', or change 'type'."
            : null;
    }

    private static string? FindRangeFault(FeatureSchema feature)
    {
        var (minimum, maximum, slack) = (feature.Minimum ?? 0, feature.Maximum ?? 0, feature.Slack);
        return !double.IsFinite(minimum) || !double.IsFinite(maximum) ? Format($"the range is {minimum} to {maximum}. Specify finite numbers, or omit a bound.")
            : feature.Minimum > feature.Maximum ? Format($"'minimum' is {minimum} and 'maximum' is {maximum}. Swap the two values.")
            : !double.IsFinite(slack) || slack < 0 ? Format($"'slack' is {slack}. Specify zero or a positive number, such as 0.1.")
            : null;
    }

    private static string? FindCategoryFault(FeatureSchema feature) =>
        feature.Categories is { Count: 0 } ? "'categories' is empty. Specify at least one category, or omit 'categories' to allow any string."
        : feature.Categories?.Any(static category => category is null) == true ? "'categories' contains null. Remove the null, and set 'isNullable' to true."
        : feature.Categories?.GroupBy(static category => category, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } duplicate
            ? $"'categories' contains '{RecordText.Shorten(duplicate.Key)}' more than once. Remove the duplicates."
        : feature.MaxUnseenRate is not (>= 0 and <= 1) ? Format($"'maxUnseenRate' is {feature.MaxUnseenRate}. Specify a fraction from 0 to 1, such as 0.01.")
        : feature.MaxUnseenRate > 0 && feature.Categories is null ? "'maxUnseenRate' has no effect without 'categories'. Remove it, or specify the categories."
        : null;

    private static string? FindTextFault(FeatureSchema feature)
    {
        if (feature.MinimumLength < 0 || feature.MaximumLength < 0 || feature.MinimumLength > feature.MaximumLength)
        {
            return Format(
                $"'minimumLength' is {feature.MinimumLength} and 'maximumLength' is {feature.MaximumLength}. Specify 0 ≤ minimumLength ≤ maximumLength.");
        }

        if (feature.Count < 0)
        {
            return Format($"'count' is {feature.Count}. Specify zero or a positive number.");
        }

        try
        {
            _ = TextPattern.Compile(feature.Pattern);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return $"'pattern' is '{RecordText.Shorten(feature.Pattern!)}', which is not a supported regular expression: {exception.Message} "
                + "Correct the expression. Lookarounds and backreferences are not supported.";
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
            FeatureType.Boolean => "Specify true or false",
            FeatureType.String => "Specify a string",
            FeatureType.DateTime or FeatureType.Binary => "Remove 'impute', because values of this type cannot be imputed",
            _ => "Specify a number",
        };
        return $"'impute' is {RecordText.Shorten(Convert.ToString(value, CultureInfo.InvariantCulture)!)}, but 'type' is {type}. {remedy}.";
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
