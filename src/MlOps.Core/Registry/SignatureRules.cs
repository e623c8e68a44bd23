using System.Globalization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Registry;

/// <summary>Validates signatures.</summary>
internal static class SignatureRules
{
    private const int MaxDimensions = 32;

    /// <summary>Validates a signature.</summary>
    /// <exception cref="ArgumentException">The signature is not valid. The message names the feature and the remedy.</exception>
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
            var fault = RecordText.FindNameFault(feature.Name)
                ?? (names.Add(feature.Name) ? FindFault(feature) : "another feature has the same name. Rename one.");
            if (fault is not null)
            {
                throw new ArgumentException($"The {kind} '{RecordText.Shorten(feature.Name)}' of the signature is not valid: {fault}", nameof(features));
            }
        }
    }

    private static string? FindFault(ModelFeature feature)
    {
        if (!Enum.IsDefined(feature.Type))
        {
            return $"its type is {feature.Type}. Use a defined type.";
        }

        if (feature.Shape.Count > MaxDimensions || feature.Shape.Any(static length => length < 0))
        {
            return $"its shape is [{string.Join(", ", feature.Shape)}]. "
                + $"Use at most {MaxDimensions} dimensions, each with a length of zero or more, or null for any length.";
        }

        if (feature.Minimum is double.NaN || feature.Maximum is double.NaN || feature.Minimum > feature.Maximum)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"its range is {feature.Minimum} to {feature.Maximum}. Set Minimum to Maximum or less, and do not use NaN.");
        }

        if (feature.Categories is { } categories)
        {
            return categories.Count == 0 ? "its list of categories is empty. Specify at least one category, or null for any value."
                : categories.Distinct(StringComparer.Ordinal).Count() < categories.Count ? "it has a category twice. Remove one."
                : categories.Select(RecordText.FindTextFault).FirstOrDefault(static fault => fault is not null);
        }

        return null;
    }
}
