using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Finds the output columns of a pipeline, and the inputs that they depend on. The schema also contains training columns, such as the label.</summary>
internal static class PipelineColumns
{
    private const string ScoreSet = "ScoreColumnSetId";

    /// <summary>Gets the outputs: the columns of the last trained step and all subsequent columns.</summary>
    /// <remarks>Without a trained step, the outputs are all columns that the pipeline adds.</remarks>
    public static ModelColumn[] FindOutputs(IRowToRowMapper mapper)
    {
        var scores = FindScores(mapper.OutputSchema);
        var names = scores.Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        var first = FindFirst(mapper, scores);
        var visible = mapper.OutputSchema.Where(static column => !column.IsHidden).ToArray();
        var made = visible.Where(column => names.Contains(column.Name) || (column.Index >= first && !IsInput(mapper, column))).ToArray();
        return [.. (made.Length > 0 ? made : visible).Select(static column => new ModelColumn(column))];
    }

    /// <summary>Gets the inputs that columns of the pipeline depend on.</summary>
    public static ModelColumn[] FindInputs(IRowToRowMapper mapper, IEnumerable<ModelColumn> outputs)
    {
        var inputs = mapper.GetDependencies(outputs.Select(static output => output.Column));
        return [.. inputs.OrderBy(static column => column.Index).Select(static column => new ModelColumn(column))];
    }

    public static ModelSignature Describe(ModelSource source, IRowToRowMapper mapper)
    {
        var outputs = FindOutputs(mapper);
        var inputs = FindInputs(mapper, outputs);
        if (inputs.FirstOrDefault(static input => input.Type is null) is { } unknown)
        {
            throw new ModelFormatException(
                source,
                $"its input '{unknown.Name}' has the type {unknown.RawType.Name}, which is not supported as a feature. "
                + "Change the pipeline so that its input is a path, bytes or numbers, and save it again.");
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

    /// <summary>Gets the columns of the last trained step, including columns that later steps replace.</summary>
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

    /// <summary>Gets the index of the first column of the last trained step.</summary>
    /// <remarks>A column that replaces an input is not considered, because its position is among the inputs.</remarks>
    private static int FindFirst(IRowToRowMapper mapper, DataViewSchema.Column[] scores)
    {
        var added = scores.Where(score => mapper.InputSchema.GetColumnOrNull(score.Name) is null).ToArray();
        return added.Length > 0 ? added.Min(static score => score.Index) : scores.Select(static score => score.Index).DefaultIfEmpty(0).Max();
    }

    /// <summary>Determines whether a column is an unchanged input. A column that replaces an input has the same name but a higher index.</summary>
    private static bool IsInput(IRowToRowMapper mapper, DataViewSchema.Column column) =>
        mapper.InputSchema.GetColumnOrNull(column.Name) is { } input
        && input.Type.Equals(column.Type)
        && mapper.OutputSchema.Count(other => other.Name == column.Name) == mapper.InputSchema.Count(other => other.Name == column.Name);
}
