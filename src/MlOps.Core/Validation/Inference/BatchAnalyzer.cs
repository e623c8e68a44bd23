using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Validates a batch and infers its schema at the same time, to suggest one change per rule that allows the whole batch.</summary>
internal sealed class BatchAnalyzer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRow>
    where TRow : class
{
    private const int MostNamed = 20;
    private static readonly SchemaInferenceOptions s_asFound = new() { MinRowsPerCategory = 0, Slack = 0 };
    private readonly InputValidator<TRow> _validator;
    private readonly Dictionary<string, (FeatureSchema Schema, PropertyInference<TRow> Inference)> _features;
    private readonly Dictionary<(string, InputRule), (InputViolation First, long Rows)> _broken = [];

    public BatchAnalyzer(InputSchema schema)
    {
        _validator = InputValidator<TRow>.CreateObserver(schema);
        FeatureProperty[] properties = [.. FeatureProperty.Of<TRow>().Where(static property => property.Type is not null)];
        _features = FeatureBinding.Find(schema.Features, properties).DistinctBy(static binding => binding.Name).ToDictionary(
            static binding => binding.Name,
            static binding => (binding.Feature, new PropertyInference<TRow>(binding.Property, s_asFound)),
            StringComparer.Ordinal);
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

    /// <summary>Lists the violated rules in descending order of the number of rows.</summary>
    public IReadOnlyList<InputAnomaly> ToAnomalies() =>
    [
        .. from broken in _broken.Values
           orderby broken.Rows descending
           let remedy = FindRemedy(broken.First)
           select new InputAnomaly(broken.First, broken.Rows, remedy is null ? broken.First.Suggestion : ViolationText.Suggest(remedy)),
    ];

    /// <summary>Finds the change that allows the whole batch, or <see langword="null"/> if the suggestion for the first violation allows it.</summary>
    private string? FindRemedy(InputViolation violation)
    {
        if (!_features.TryGetValue(violation.Feature, out var feature))
        {
            return null; // Tensor properties have no inference.
        }

        var (schema, inference) = feature;
        var (found, name) = (inference.ToSchema(), ViolationText.Name(schema.Name));
        return violation.Rule switch
        {
            InputRule.Minimum => ViolationText.Change("lower", "minimum", schema.Minimum!.Value, Format(found.Minimum!.Value), name),
            InputRule.Maximum => ViolationText.Change("raise", "maximum", schema.Maximum!.Value, Format(found.Maximum!.Value), name),
            InputRule.Category => NameCategories(schema, found, name),
            InputRule.Length => FormattableString.Invariant(
                $"set \"minimumLength\" to {inference.Lengths.Shortest} and \"maximumLength\" to {inference.Lengths.Longest} for {name}"),
            InputRule.Shape when found.Count is null => $"remove \"count\" of {name}",
            _ => null,
        };
    }

    private static string NameCategories(FeatureSchema schema, FeatureSchema found, string name)
    {
        var unseen = found.Categories?.Except(schema.Categories!, StringComparer.Ordinal)
            .Select(static category => $"\"{ViolationText.Show(category)}\"").ToArray();
        return unseen is null || unseen.Length > MostNamed
            ? $"remove \"categories\" of {name}, because the data has too many categories"
            : $"add {string.Join(", ", unseen)} to \"categories\" of {name}";
    }

    private static string Format(double number) => number.ToString(CultureInfo.InvariantCulture);
}
