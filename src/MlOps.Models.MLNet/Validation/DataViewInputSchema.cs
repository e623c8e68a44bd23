using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Infers input schemas from data views of ML.NET.</summary>
public static class DataViewInputSchema
{
    /// <summary>Infers a schema from rows, which never violate it.</summary>
    /// <remarks>The data is read once, row by row, in bounded memory; <see cref="FeatureInference"/> has the rules. NaN is a missing value, as it is to ML.NET.</remarks>
    /// <param name="data">The data, such as that a model was trained on.</param>
    /// <param name="options">What to infer; the default if <see langword="null"/>.</param>
    /// <returns>A feature for each visible column of numbers, booleans or texts, or of vectors of such; other columns are left out.</returns>
    /// <exception cref="ArgumentException">No column can be a feature.</exception>
    public static InputSchema InferInputSchema(this IDataView data, InputInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = data.Schema.Where(static column => !column.IsHidden && ItemOf(column.Type) is not null).ToArray();
        if (columns.Length == 0)
        {
            throw new ArgumentException("The data has no column of numbers, booleans or texts to infer a schema from.", nameof(data));
        }

        var inferences = Array.ConvertAll(columns, column => new FeatureInference(column.Name, options));
        using (var cursor = data.GetRowCursor(columns))
        {
            var readers = columns.Zip(inferences, (column, inference) => CreateReader(cursor, column, inference)).ToArray();
            while (cursor.MoveNext())
            {
                Array.ForEach(readers, static read => read());
            }
        }

        return new InputSchema(columns.Zip(inferences, static (column, inference) => inference.ToSchema(ItemOf(column.Type)!.Value)));
    }

    private static FeatureType? ItemOf(DataViewType type)
    {
        var item = (type as VectorDataViewType)?.ItemType ?? type;
        return item is TextDataViewType or NumberDataViewType or BooleanDataViewType ? ModelColumn.Find(item.RawType) : null;
    }

    private static Action CreateReader(DataViewRow row, DataViewSchema.Column column, FeatureInference inference)
    {
        return ItemOf(column.Type) switch
        {
            FeatureType.String => Read<ReadOnlyMemory<char>>(row, column, inference, value =>
            {
                inference.Add(value.Span);
                AddMissing(value.IsEmpty);
            }),
            FeatureType.Boolean => Read<bool>(row, column, inference, inference.Add),
            FeatureType.Float32 => Read<float>(row, column, inference, value =>
            {
                inference.Add(value);
                AddMissing(float.IsNaN(value));
            }),
            FeatureType.Float64 => Read<double>(row, column, inference, value =>
            {
                inference.Add(value);
                AddMissing(double.IsNaN(value));
            }),
            FeatureType.Int8 => Read<sbyte>(row, column, inference, value => inference.Add(value)),
            FeatureType.Int16 => Read<short>(row, column, inference, value => inference.Add(value)),
            FeatureType.Int32 => Read<int>(row, column, inference, value => inference.Add(value)),
            FeatureType.Int64 => Read<long>(row, column, inference, value => inference.Add(value)),
            FeatureType.UInt8 => Read<byte>(row, column, inference, value => inference.Add(value)),
            FeatureType.UInt16 => Read<ushort>(row, column, inference, value => inference.Add(value)),
            FeatureType.UInt32 => Read<uint>(row, column, inference, value => inference.Add(value)),
            _ => Read<ulong>(row, column, inference, value => inference.Add(value)),
        };

        // To ML.NET a number that is NaN and a text that is empty are missing, as is null in the rows of a service.
        void AddMissing(bool isMissing)
        {
            if (isMissing && column.Type is not VectorDataViewType)
            {
                inference.AddNull();
            }
        }
    }

    private static Action Read<T>(DataViewRow row, DataViewSchema.Column column, FeatureInference inference, Action<T> add)
    {
        if (column.Type is VectorDataViewType)
        {
            var getVector = row.GetGetter<VBuffer<T>>(column);
            var vector = default(VBuffer<T>);
            return () =>
            {
                getVector(ref vector);
                inference.AddCount(vector.Length);
                foreach (var value in vector.DenseValues())
                {
                    add(value);
                }
            };
        }

        var get = row.GetGetter<T>(column);
        var item = default(T)!;
        return () =>
        {
            get(ref item);
            add(item);
        };
    }
}
