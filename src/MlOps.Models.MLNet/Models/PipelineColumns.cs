using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Tells which columns of a pipeline are its answers, and which of its inputs those need: data for training, such as the label, is in the schema too.</summary>
internal static class PipelineColumns
{
    private const string ScoreSet = "ScoreColumnSetId";

    /// <summary>Gets the answers: the columns of the last trained step and all that follow it, or without such a step every column that the pipeline makes.</summary>
    public static ModelColumn[] FindOutputs(IRowToRowMapper mapper)
    {
        var scores = FindScores(mapper.OutputSchema);
        var names = scores.Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        var first = FindFirst(mapper, scores);
        var visible = mapper.OutputSchema.Where(static column => !column.IsHidden).ToArray();
        var made = visible.Where(column => names.Contains(column.Name) || (column.Index >= first && !IsInput(mapper, column))).ToArray();
        return [.. (made.Length > 0 ? made : visible).Select(static column => new ModelColumn(column))];
    }

    /// <summary>Gets the inputs that some columns of the pipeline are computed from.</summary>
    public static ModelColumn[] FindInputs(IRowToRowMapper mapper, IEnumerable<ModelColumn> outputs) =>
        [.. mapper.GetDependencies(outputs.Select(static output => output.Column)).OrderBy(static column => column.Index).Select(static column => new ModelColumn(column))];

    public static ModelSignature Describe(ModelSource source, IRowToRowMapper mapper)
    {
        var outputs = FindOutputs(mapper);
        var inputs = FindInputs(mapper, outputs);
        if (inputs.FirstOrDefault(static input => input.Type is null) is { } unknown)
        {
            throw new ModelFormatException(
                source, $"its input '{unknown.Name}' is a {unknown.RawType.Name}, which no feature can be. Let the pipeline take a path, bytes or numbers instead, and save it again.");
        }

        return new ModelSignature
        {
            Inputs = [.. inputs.Select(static input => Describe(input, isInput: true))],
            Outputs = [.. outputs.Where(static output => output.Type is not null).Select(static output => Describe(output, isInput: false))],
        };
    }

    private static ModelFeature Describe(ModelColumn column, bool isInput) => new()
    {
        Name = column.Name,
        Type = column.Type!.Value,
        Shape = column.IsVector ? [null, .. column.Dimensions.Select(static length => length == 0 ? null : (long?)length)] : [],
        IsNullable = isInput && column.Type == FeatureType.String,
        Minimum = column.Key is null ? null : 0,
        Maximum = column.Key is not { } key ? null : isInput ? key.Count - 1 : key.Count,
    };

    /// <summary>Gets what the last trained step made, before other steps may have put columns in place of it.</summary>
    private static DataViewSchema.Column[] FindScores(DataViewSchema schema)
    {
        var sets = schema.Select(static column => (Column: column, Set: FindSet(column))).Where(static pair => pair.Set is not null).ToArray();
        var last = sets.Max(static pair => pair.Set);
        return [.. sets.Where(pair => pair.Set == last).Select(static pair => pair.Column)];
    }

    private static uint? FindSet(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(ScoreSet)?.Type.RawType != typeof(uint))
        {
            return null;
        }

        uint set = 0;
        column.Annotations.GetValue(ScoreSet, ref set);
        return set;
    }

    /// <summary>Gets where the columns of the last trained step begin: a column that takes the place of an input stands among the inputs.</summary>
    private static int FindFirst(IRowToRowMapper mapper, DataViewSchema.Column[] scores)
    {
        var added = scores.Where(score => mapper.InputSchema.GetColumnOrNull(score.Name) is null).ToArray();
        return added.Length > 0 ? added.Min(static score => score.Index) : scores.Select(static score => score.Index).DefaultIfEmpty(0).Max();
    }

    /// <summary>Tells whether a column is an input passed on: one that takes the place of an input comes after it under the same name.</summary>
    private static bool IsInput(IRowToRowMapper mapper, DataViewSchema.Column column) =>
        mapper.InputSchema.GetColumnOrNull(column.Name) is { } input
        && input.Type.Equals(column.Type)
        && mapper.OutputSchema.Count(other => other.Name == column.Name) == mapper.InputSchema.Count(other => other.Name == column.Name);
}
