using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Creates the input schema of a pipeline from a signature, for models that were saved without a schema.</summary>
internal static class DataViewSchemaFactory
{
    private static readonly Dictionary<FeatureType, PrimitiveDataViewType> s_types = new()
    {
        [FeatureType.Boolean] = BooleanDataViewType.Instance,
        [FeatureType.Int8] = NumberDataViewType.SByte,
        [FeatureType.Int16] = NumberDataViewType.Int16,
        [FeatureType.Int32] = NumberDataViewType.Int32,
        [FeatureType.Int64] = NumberDataViewType.Int64,
        [FeatureType.UInt8] = NumberDataViewType.Byte,
        [FeatureType.UInt16] = NumberDataViewType.UInt16,
        [FeatureType.UInt32] = NumberDataViewType.UInt32,
        [FeatureType.UInt64] = NumberDataViewType.UInt64,
        [FeatureType.Float32] = NumberDataViewType.Single,
        [FeatureType.Float64] = NumberDataViewType.Double,
        [FeatureType.String] = TextDataViewType.Instance,
        [FeatureType.DateTime] = DateTimeOffsetDataViewType.Instance,
    };

    public static DataViewSchema FromSignature(ModelSource source)
    {
        if (source.Signature is not { } signature)
        {
            throw new ModelFormatException(
                source,
                "it was saved without an input schema. Save it with MLContext.Model.Save(model, data.Schema, …), or register it with a signature.");
        }

        var builder = new DataViewSchema.Builder();
        foreach (var input in signature.Inputs)
        {
            if (!s_types.TryGetValue(input.Type, out var type))
            {
                throw new ModelFormatException(
                    source,
                    "it was saved without an input schema, and ML.NET has no column type for "
                    + $"{input.Type}, the type of the input '{input.Name}' in its signature. Save it with the schema.");
            }

            builder.AddColumn(input.Name, input.Shape.Count == 0 ? type : new VectorDataViewType(type, Dimensions(input.Shape)));
        }

        return builder.ToSchema();
    }

    /// <summary>Gets the dimensions of a row, without a leading variable dimension, which is the number of rows.</summary>
    private static int[] Dimensions(IReadOnlyList<long?> shape)
    {
        var row = shape.Skip(shape is [null, _, ..] ? 1 : 0);
        return [.. row.Select(static length => checked((int)(length ?? 0)))];
    }
}
