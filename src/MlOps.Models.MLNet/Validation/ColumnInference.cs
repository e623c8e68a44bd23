using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Infers the schema of a feature from a column of a data view.</summary>
internal sealed class ColumnInference
{
    private readonly FeatureSchemaBuilder _inference;
    private readonly ModelColumn _column;
    private readonly Action _read;

    public ColumnInference(DataViewRow row, DataViewSchema.Column column, SchemaInferenceOptions? options)
    {
        _inference = new FeatureSchemaBuilder(column.Name, options);
        _column = new ModelColumn(column);
        _read = CreateReader(row);
    }

    /// <summary>Determines whether the type of a column is supported.</summary>
    public static bool CanInfer(DataViewSchema.Column column, bool withKeys)
    {
        var item = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        return item is TextDataViewType or NumberDataViewType or BooleanDataViewType || (withKeys && item is KeyDataViewType);
    }

    /// <summary>Adds the value of the current row of the cursor.</summary>
    public void AddRow() => _read();

    /// <summary>Gets the schema.</summary>
    /// <returns>The schema, or <see langword="null"/> for a key that is never missing, because its type specifies its range.</returns>
    public FeatureSchema? ToSchema() =>
        _inference.Build(_column.Type!.Value) is { } schema && (_column.Key is null || schema.IsNullable) ? schema : null;

    private Action CreateReader(DataViewRow row) => (_column.Type, _column.Key) switch
    {
        (FeatureType.UInt8, not null) => Read<byte>(row, value => AddMissing(value == 0)),
        (FeatureType.UInt16, not null) => Read<ushort>(row, value => AddMissing(value == 0)),
        (FeatureType.UInt32, not null) => Read<uint>(row, value => AddMissing(value == 0)),
        (_, not null) => Read<ulong>(row, value => AddMissing(value == 0)),
        (FeatureType.String, _) => Read<ReadOnlyMemory<char>>(row, value =>
        {
            _inference.Add(value.Span);
            AddMissing(value.IsEmpty);
        }),
        (FeatureType.Boolean, _) => Read<bool>(row, _inference.Add),
        (FeatureType.Float32, _) => Read<float>(row, value => AddNumber(value)),
        (FeatureType.Float64, _) => Read<double>(row, AddNumber),
        (FeatureType.Int8, _) => Read<sbyte>(row, value => _inference.Add(value)),
        (FeatureType.Int16, _) => Read<short>(row, value => _inference.Add(value)),
        (FeatureType.Int32, _) => Read<int>(row, value => _inference.Add(value)),
        (FeatureType.Int64, _) => Read<long>(row, value => _inference.Add(value)),
        (FeatureType.UInt8, _) => Read<byte>(row, value => _inference.Add(value)),
        (FeatureType.UInt16, _) => Read<ushort>(row, value => _inference.Add(value)),
        (FeatureType.UInt32, _) => Read<uint>(row, value => _inference.Add(value)),
        _ => Read<ulong>(row, value => _inference.Add(value)),
    };

    private void AddNumber(double value)
    {
        _inference.Add(value);

        // A NaN in a vector does not make the whole vector a missing value.
        AddMissing(double.IsNaN(value) && !_column.IsVector);
    }

    // In ML.NET, NaN, the empty text and the key 0 are missing values. They correspond to null in the rows of a service.
    private void AddMissing(bool isMissing)
    {
        if (isMissing)
        {
            _inference.AddNull();
        }
    }

    private Action Read<T>(DataViewRow row, Action<T> add)
    {
        if (_column.IsVector)
        {
            var getVector = row.GetGetter<VBuffer<T>>(_column.Column);
            var vector = default(VBuffer<T>);
            return () =>
            {
                getVector(ref vector);
                _inference.AddCount(vector.Length);
                AddMissing(vector.Length == 0);
                foreach (var value in vector.DenseValues())
                {
                    add(value);
                }
            };
        }

        var get = row.GetGetter<T>(_column.Column);
        var item = default(T)!;
        return () =>
        {
            get(ref item);
            add(item);
        };
    }
}
