using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>Collects an output of several rows in a tensor.</summary>
internal abstract class TensorCollector(ModelColumn column)
{
    private static readonly MethodInfo s_create = typeof(TensorCollector).GetMethod(nameof(CreateTyped), BindingFlags.Static | BindingFlags.NonPublic)!;

    public ModelColumn Column { get; } = column;

    public static TensorCollector Create(DataViewRow row, ModelColumn column, int count) =>
        (TensorCollector)s_create.MakeGenericMethod(column.RawType).Invoke(null, [row, column, count])!;

    /// <summary>Adds the output of the current row.</summary>
    /// <exception cref="ArgumentException">The length of the output differs from that of the previous rows.</exception>
    public abstract void Collect();

    public abstract ModelTensor ToTensor();

    private static TensorCollector CreateTyped<T>(DataViewRow row, ModelColumn column, int count) => column.IsVector
        ? new VectorCollector<T>(row.GetGetter<VBuffer<T>>(column.Column), column, count)
        : new ScalarCollector<T>(row.GetGetter<T>(column.Column), column, count);

    /// <summary>Converts values to the type of tensors.</summary>
    private static Array ToTensorValues<T>(T[] values) => values switch
    {
        ReadOnlyMemory<char>[] texts => Array.ConvertAll(texts, static text => text.ToString()),
        DateTime[] moments => Array.ConvertAll(moments, static moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc))),
        _ => values,
    };

    private sealed class ScalarCollector<T>(ValueGetter<T> getter, ModelColumn column, int count) : TensorCollector(column)
    {
        private readonly List<T> _values = new(count);

        public override void Collect()
        {
            T value = default!;
            getter(ref value);
            _values.Add(value);
        }

        public override ModelTensor ToTensor() => new(ToTensorValues(_values.ToArray()), [_values.Count]);
    }

    private sealed class VectorCollector<T>(ValueGetter<VBuffer<T>> getter, ModelColumn column, int count) : TensorCollector(column)
    {
        private readonly List<T> _values = new(count * column.Size);
        private VBuffer<T> _row;
        private int _rows;
        private int _length = column.Size;

        public override void Collect()
        {
            getter(ref _row);
            if (_rows++ > 0 && _row.Length != _length)
            {
                throw new ArgumentException(
                    $"The output '{Column.Name}' has {_row.Length} values for one row and {_length} for another, but the rows of a tensor have one length. "
                    + "Predict these rows separately.");
            }

            _length = _row.Length;
            _values.AddRange(_row.DenseValues());
        }

        public override ModelTensor ToTensor()
        {
            var inner = Column.Size == 0 ? [_length] : Column.Dimensions;
            return new ModelTensor(ToTensorValues(_values.ToArray()), [_rows, .. inner.Select(static length => (long)length)]);
        }
    }
}
