using System.Globalization;

namespace MlOps.Models;

/// <summary>Compares features: an input must go on to take all it took, an output may give nothing it did not give.</summary>
internal static class SignatureComparison
{
    private const string Absent = "absent";

    public static IEnumerable<SignatureBreak> FindInputBreaks(IReadOnlyList<ModelFeature> before, IReadOnlyList<ModelFeature> after)
    {
        foreach (var input in after)
        {
            var name = $"input '{input.Name}'";
            if (Find(before, input.Name) is { } earlier)
            {
                foreach (var narrowed in FindNarrowed(taker: input, giver: earlier))
                {
                    yield return new SignatureBreak(name, narrowed.Aspect, narrowed.Giver, narrowed.Taker);
                }
            }
            else if (!input.IsOptional)
            {
                yield return new SignatureBreak(name, "presence", Absent, "required");
            }
        }
    }

    public static IEnumerable<SignatureBreak> FindOutputBreaks(IReadOnlyList<ModelFeature> before, IReadOnlyList<ModelFeature> after)
    {
        foreach (var output in before)
        {
            var name = $"output '{output.Name}'";
            if (Find(after, output.Name) is { } later)
            {
                foreach (var widened in FindNarrowed(taker: output, giver: later))
                {
                    yield return new SignatureBreak(name, widened.Aspect, widened.Taker, widened.Giver);
                }
            }
            else
            {
                yield return new SignatureBreak(name, "presence", "given", Absent);
            }
        }
    }

    private static ModelFeature? Find(IReadOnlyList<ModelFeature> features, string name) =>
        features.FirstOrDefault(feature => string.Equals(feature.Name, name, StringComparison.Ordinal));

    /// <summary>Finds in what respects one side does not take all that the other gives.</summary>
    private static IEnumerable<(string Aspect, string Taker, string Giver)> FindNarrowed(ModelFeature taker, ModelFeature giver)
    {
        if (!FeatureTypes.Holds(taker.Type, giver.Type))
        {
            yield return ("type", taker.Type.ToString(), giver.Type.ToString());
        }

        if (!TakesShape(taker.Shape, giver.Shape))
        {
            yield return ("shape", Describe(taker.Shape), Describe(giver.Shape));
        }

        if (giver.IsNullable && !taker.IsNullable)
        {
            yield return ("nullability", "never missing", "maybe missing");
        }

        if (giver.IsOptional && !taker.IsOptional)
        {
            yield return ("optionality", "required", "optional");
        }

        if (taker.Minimum > (giver.Minimum ?? double.NegativeInfinity) || taker.Maximum < (giver.Maximum ?? double.PositiveInfinity))
        {
            yield return ("range", Describe(taker.Minimum, taker.Maximum), Describe(giver.Minimum, giver.Maximum));
        }

        if (taker.Categories is not null && (giver.Categories is null || giver.Categories.Except(taker.Categories, StringComparer.Ordinal).Any()))
        {
            yield return ("categories", Describe(taker.Categories), Describe(giver.Categories));
        }
    }

    private static bool TakesShape(IReadOnlyList<long?> taker, IReadOnlyList<long?> giver) =>
        taker.Count == giver.Count && taker.Zip(giver).All(static pair => pair.First is null || pair.First == pair.Second);

    private static string Describe(IReadOnlyList<long?> shape) =>
        shape.Count == 0 ? "one value" : $"[{string.Join(", ", shape.Select(static length => length?.ToString(CultureInfo.InvariantCulture) ?? "any"))}]";

    private static string Describe(double? minimum, double? maximum) => string.Create(
        CultureInfo.InvariantCulture, $"{minimum ?? double.NegativeInfinity} to {maximum ?? double.PositiveInfinity}");

    private static string Describe(IReadOnlyList<string>? categories) =>
        categories is null ? "any value" : string.Join(", ", categories.Select(static category => $"'{category}'"));
}
