using System.Globalization;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Compares features. An input must accept all values of its earlier version; an output must not produce new values.</summary>
internal static class SignatureComparison
{
    private const string Absent = "absent";

    public static IEnumerable<BreakingChange> FindInputChanges(IReadOnlyList<ModelFeature> before, IReadOnlyList<ModelFeature> after)
    {
        foreach (var input in after)
        {
            var name = $"input '{input.Name}'";
            if (Find(before, input.Name) is { } earlier)
            {
                foreach (var narrowed in FindNarrowed(accepted: input, produced: earlier))
                {
                    yield return new BreakingChange(name, narrowed.Aspect, narrowed.Produced, narrowed.Accepted);
                }
            }
            else if (!input.IsOptional)
            {
                yield return new BreakingChange(name, "presence", Absent, "required");
            }
        }
    }

    public static IEnumerable<BreakingChange> FindOutputChanges(IReadOnlyList<ModelFeature> before, IReadOnlyList<ModelFeature> after)
    {
        foreach (var output in before)
        {
            var name = $"output '{output.Name}'";
            if (Find(after, output.Name) is { } later)
            {
                foreach (var widened in FindNarrowed(accepted: output, produced: later))
                {
                    yield return new BreakingChange(name, widened.Aspect, widened.Accepted, widened.Produced);
                }
            }
            else
            {
                yield return new BreakingChange(name, "presence", "given", Absent);
            }
        }
    }

    private static ModelFeature? Find(IReadOnlyList<ModelFeature> features, string name) =>
        features.FirstOrDefault(feature => string.Equals(feature.Name, name, StringComparison.Ordinal));

    /// <summary>Finds the aspects in which <paramref name="accepted"/> does not accept all values of <paramref name="produced"/>.</summary>
    private static IEnumerable<(string Aspect, string Accepted, string Produced)> FindNarrowed(ModelFeature accepted, ModelFeature produced)
    {
        if (!FeatureTypes.CanRepresent(accepted.Type, produced.Type))
        {
            yield return ("type", accepted.Type.ToString(), produced.Type.ToString());
        }

        if (!AcceptsShape(accepted.Shape, produced.Shape))
        {
            yield return ("shape", Describe(accepted.Shape), Describe(produced.Shape));
        }

        if (produced.IsNullable && !accepted.IsNullable)
        {
            yield return ("nullability", "never missing", "maybe missing");
        }

        if (produced.IsOptional && !accepted.IsOptional)
        {
            yield return ("optionality", "required", "optional");
        }

        if (accepted.Minimum > (produced.Minimum ?? double.NegativeInfinity) || accepted.Maximum < (produced.Maximum ?? double.PositiveInfinity))
        {
            yield return ("range", Describe(accepted.Minimum, accepted.Maximum), Describe(produced.Minimum, produced.Maximum));
        }

        if (accepted.Categories is not null && (produced.Categories is null || produced.Categories.Except(accepted.Categories, StringComparer.Ordinal).Any()))
        {
            yield return ("categories", Describe(accepted.Categories), Describe(produced.Categories));
        }
    }

    private static bool AcceptsShape(IReadOnlyList<long?> accepted, IReadOnlyList<long?> produced) =>
        accepted.Count == produced.Count && accepted.Zip(produced).All(static pair => pair.First is null || pair.First == pair.Second);

    private static string Describe(IReadOnlyList<long?> shape) =>
        shape.Count == 0 ? "one value" : $"[{string.Join(", ", shape.Select(static length => length?.ToString(CultureInfo.InvariantCulture) ?? "any"))}]";

    private static string Describe(double? minimum, double? maximum) => string.Create(
        CultureInfo.InvariantCulture, $"{minimum ?? double.NegativeInfinity} to {maximum ?? double.PositiveInfinity}");

    private static string Describe(IReadOnlyList<string>? categories) =>
        categories is null ? "any value" : string.Join(", ", categories.Select(static category => $"'{category}'"));
}
