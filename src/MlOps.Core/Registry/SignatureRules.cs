using System.Globalization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Registry;

/// <summary>Checks that a signature says what can be.</summary>
internal static class SignatureRules
{
    private const int MaxDimensions = 32;

    /// <exception cref="ArgumentException">It does not; the message names the feature and says what to do.</exception>
    public static void Validate(ModelSignature? signature)
    {
        if (signature is null)
        {
            return;
        }

        Validate("input", signature.Inputs);
        Validate("output", signature.Outputs);
    }

    private static void Validate(string kind, IReadOnlyList<ModelFeature> features)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in features)
        {
            var fault = RecordText.FindNameFault(feature.Name) ?? (names.Add(feature.Name) ? FindFault(feature) : "there are two of this name. Name each once.");
            if (fault is not null)
            {
                throw new ArgumentException($"The signature's {kind} '{RecordText.Shorten(feature.Name)}' cannot be: {fault}", nameof(features));
            }
        }
    }

    private static string? FindFault(ModelFeature feature)
    {
        if (!Enum.IsDefined(feature.Type))
        {
            return $"its type is {feature.Type}. Use one of the types there are.";
        }

        if (feature.Shape.Count > MaxDimensions || feature.Shape.Any(static length => length < 0))
        {
            return $"its shape is [{string.Join(", ", feature.Shape)}]. Use at most {MaxDimensions} dimensions, each with a length of zero or more, or null for any.";
        }

        if (feature.Minimum is double.NaN || feature.Maximum is double.NaN || feature.Minimum > feature.Maximum)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its range is {feature.Minimum} to {feature.Maximum}. Give the lesser number first, and no NaN.");
        }

        if (feature.Categories is { } categories)
        {
            return categories.Count == 0 ? "its categories are none. Give at least one, or null for any value."
                : categories.Distinct(StringComparer.Ordinal).Count() < categories.Count ? "it has a category twice. Name each once."
                : categories.Select(RecordText.FindTextFault).FirstOrDefault(static fault => fault is not null);
        }

        return null;
    }
}
