using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Converts column profiles to feature schemas.</summary>
internal static class ProfileSchemaConverter
{
    public static FeatureSchema? ToSchema(ColumnProfile column, SchemaInferenceOptions options) => column.Type switch
    {
        ColumnType.Boolean => Plain(column, FeatureType.Boolean),
        ColumnType.Date or ColumnType.DateTime => Plain(column, FeatureType.DateTime),
        ColumnType.Binary => Plain(column, FeatureType.Binary),
        ColumnType.Integer => Number(column, FeatureType.Int64, options),
        ColumnType.Number => Number(column, FeatureType.Float64, options),
        ColumnType.String => Text(column),
        _ => null,
    };

    private static FeatureSchema Plain(ColumnProfile column, FeatureType type) => new() { Name = column.Name, Type = type, IsNullable = column.Nulls > 0 };

    private static FeatureSchema Number(ColumnProfile column, FeatureType type, SchemaInferenceOptions options)
    {
        var (minimum, maximum) = (Finite(column.Minimum), Finite(column.Maximum));
        return new FeatureSchema
        {
            Name = column.Name,
            Type = type,
            IsNullable = column.Nulls > 0,
            AllowNaN = column.Nulls > 0 || column.NaNs > 0,
            AllowInfinity = minimum != column.Minimum || maximum != column.Maximum,
            Minimum = minimum,
            Maximum = maximum,
            Slack = minimum is null || maximum is null ? 0 : options.Slack,
        };
    }

    private static FeatureSchema Text(ColumnProfile column)
    {
        var (minimum, maximum) = InferredLengths.Of(column.Shortest, column.Longest);
        return new FeatureSchema
        {
            Name = column.Name,
            Type = FeatureType.String,
            IsNullable = column.Nulls > 0,
            MinimumLength = minimum,
            MaximumLength = maximum,
        };
    }

    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? number : null;
}
