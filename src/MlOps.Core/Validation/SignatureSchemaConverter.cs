using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Converts the inputs of signatures to feature schemas.</summary>
internal static class SignatureSchemaConverter
{
    public static FeatureSchema ToSchema(ModelFeature input)
    {
        var isNumber = FeatureSchemaValidator.IsNumber(input.Type);
        return new FeatureSchema
        {
            Name = input.Name,
            Type = input.Type,
            IsNullable = input.IsNullable || input.IsOptional,
            AllowNaN = isNumber && input.IsNullable,
            Minimum = isNumber ? Finite(input.Minimum) : null,
            Maximum = isNumber ? Finite(input.Maximum) : null,
            Categories = input.Type == FeatureType.String ? input.Categories : null,
            Count = CountOf(input.Shape),
        };
    }

    private static double? Finite(double? bound) => bound is { } number && double.IsFinite(number) ? bound : null;

    /// <summary>Gets the number of elements in a row of a shape, or <see langword="null"/> if it is variable.</summary>
    public static int? CountOf(IReadOnlyList<long?> shape)
    {
        var row = shape is [null, ..] ? shape.Skip(1) : shape;
        if (shape.Count == 0 || row.Any(static length => length is null))
        {
            return null;
        }

        var count = row.Aggregate(1L, static (product, length) => product > int.MaxValue ? product : product * Math.Min(length!.Value, int.MaxValue));
        return count > int.MaxValue ? null : (int)count;
    }
}
