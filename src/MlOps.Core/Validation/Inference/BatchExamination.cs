using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Validates a batch and infers what it holds at the same time, so that one change can be suggested that allows all of it.</summary>
internal sealed class BatchExamination<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRow>
    where TRow : class
{
    private const int MostNamed = 20;
    private static readonly InputInferenceOptions s_asFound = new() { MinRowsPerCategory = 0, Slack = 0 };
    private readonly InputValidator<TRow> _validator;
    private readonly Dictionary<string, (FeatureSchema Schema, PropertyInference<TRow> Inference)> _features;
    private readonly Dictionary<(string, InputRule), (InputViolation First, long Rows)> _broken = [];

    public BatchExamination(InputSchema schema)
    {
        _validator = InputValidator<TRow>.CreateObserver(schema);
        _features = FeatureBinding.Find(schema.Features, [.. FeatureProperty.Of<TRow>().Where(static property => property.Type is not null)]).DistinctBy(static binding => binding.Name)
            .ToDictionary(static binding => binding.Name, static binding => (binding.Feature, new PropertyInference<TRow>(binding.Property, s_asFound)), StringComparer.Ordinal);
    }

    public void Add(TRow row)
    {
        foreach (var (_, inference) in _features.Values)
        {
            inference.Add(row);
        }

        foreach (var violation in _validator.Validate(row).Violations)
        {
            var key = (violation.Feature, violation.Rule);
            _broken[key] = _broken.TryGetValue(key, out var earlier) ? earlier with { Rows = earlier.Rows + 1 } : (violation, 1);
        }
    }

    /// <summary>Lists what was found, the rule that most rows break first.</summary>
    public IReadOnlyList<InputAnomaly> ToAnomalies() =>
    [
        .. from broken in _broken.Values
           orderby broken.Rows descending
           let violation = broken.First
           let remedy = FindRemedy(violation)
           select new InputAnomaly(
               violation.Feature, violation.Rule, broken.Rows, violation.Expected, violation.Found, remedy is null ? violation.Suggestion : InputText.Suggest(remedy)),
    ];

    /// <summary>Finds the change that allows all of the batch; <see langword="null"/> if it is that of a single value.</summary>
    private string? FindRemedy(InputViolation violation)
    {
        if (!_features.TryGetValue(violation.Feature, out var feature))
        {
            return null; // nothing is inferred from tensors
        }

        var (schema, inference) = feature;
        var (found, name) = (inference.ToSchema(), InputText.Name(schema.Name));
        return violation.Rule switch
        {
            InputRule.Minimum => InputText.Change("lower", "minimum", schema.Minimum!.Value, Say(found.Minimum!.Value), name),
            InputRule.Maximum => InputText.Change("raise", "maximum", schema.Maximum!.Value, Say(found.Maximum!.Value), name),
            InputRule.Category => NameCategories(schema, found, name),
            InputRule.Length => FormattableString.Invariant($"set \"minimumLength\" to {inference.Lengths.Shortest} and \"maximumLength\" to {inference.Lengths.Longest} for {name}"),
            InputRule.Shape when found.Count is null => $"remove \"count\" of {name}",
            _ => null,
        };
    }

    private static string NameCategories(FeatureSchema schema, FeatureSchema found, string name)
    {
        var unseen = found.Categories?.Except(schema.Categories!, StringComparer.Ordinal).Select(static category => $"\"{InputText.Show(category)}\"").ToArray();
        return unseen is null || unseen.Length > MostNamed
            ? $"remove \"categories\" of {name}, because it has too many of them"
            : $"add {string.Join(", ", unseen)} to \"categories\" of {name}";
    }

    private static string Say(double number) => number.ToString(CultureInfo.InvariantCulture);
}
