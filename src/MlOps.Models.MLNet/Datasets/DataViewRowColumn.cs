using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;
using MlOps.Tracking;

namespace MlOps.Datasets;

/// <summary>Writes the values of a column of a data view into the columns of a batch.</summary>
internal sealed class DataViewRowColumn
{
    private readonly ModelColumn _column;
    private readonly int _first;
    private readonly string[]? _keys;

    private DataViewRowColumn(ModelColumn column, int first)
    {
        (_column, _first) = (column, first);
        _keys = column.Key is null ? null : ClassNames.FindKeys(column.Column);
        IsText = column.RawType == typeof(ReadOnlyMemory<char>) || _keys is not null;
    }

    public DataViewSchema.Column Column => _column.Column;

    public bool IsText { get; }

    /// <summary>Gets or sets the number of columns of the batch.</summary>
    public int Length { get; set; } = 1;

    /// <summary>Creates a column; <see langword="null"/> if its type is not supported.</summary>
    public static DataViewRowColumn? TryCreate(ModelColumn column, int first)
    {
        var item = (column.Column.Type as VectorDataViewType)?.ItemType ?? column.Column.Type;
        return item is TextDataViewType or NumberDataViewType or BooleanDataViewType or KeyDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType
            or TimeSpanDataViewType
            ? new DataViewRowColumn(column, first)
            : null;
    }

    /// <summary>Creates a function that writes the current row of the cursor into the row <see cref="RowBatch.Count"/> of the batch.</summary>
    public Action CreateReader(DataViewRow row, RowBatch batch) => _column.RawType switch
    {
        var type when type == typeof(ReadOnlyMemory<char>) => Texts<ReadOnlyMemory<char>>(row, batch, Intern()),
        var type when type == typeof(byte) && _column.Key is not null => Keys<byte>(row, batch, static key => key),
        var type when type == typeof(ushort) && _column.Key is not null => Keys<ushort>(row, batch, static key => key),
        var type when type == typeof(uint) && _column.Key is not null => Keys<uint>(row, batch, static key => key),
        var type when type == typeof(ulong) && _column.Key is not null => Keys<ulong>(row, batch, static key => key),
        var type when type == typeof(bool) => Numbers<bool>(row, batch, static value => value ? 1 : 0),
        var type when type == typeof(float) => Numbers<float>(row, batch, static value => value),
        var type when type == typeof(double) => Numbers<double>(row, batch, static value => value),
        var type when type == typeof(sbyte) => Numbers<sbyte>(row, batch, static value => value),
        var type when type == typeof(byte) => Numbers<byte>(row, batch, static value => value),
        var type when type == typeof(short) => Numbers<short>(row, batch, static value => value),
        var type when type == typeof(ushort) => Numbers<ushort>(row, batch, static value => value),
        var type when type == typeof(int) => Numbers<int>(row, batch, static value => value),
        var type when type == typeof(uint) => Numbers<uint>(row, batch, static value => value),
        var type when type == typeof(long) => Numbers<long>(row, batch, static value => value),
        var type when type == typeof(ulong) => Numbers<ulong>(row, batch, static value => value),
        var type when type == typeof(DateTime) => Numbers<DateTime>(row, batch, static value => ToSeconds(value.Ticks)),
        var type when type == typeof(DateTimeOffset) => Numbers<DateTimeOffset>(row, batch, static value => ToSeconds(value.UtcTicks)),
        _ => Numbers<TimeSpan>(row, batch, static value => value.TotalSeconds),
    };

    private static double ToSeconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond;

    /// <summary>Creates a function that returns the same string for equal texts.</summary>
    private static Func<ReadOnlyMemory<char>, string?> Intern()
    {
        const int MaxTexts = 10_000;
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var lookup = texts.GetAlternateLookup<ReadOnlySpan<char>>();
        return text =>
        {
            if (text.IsEmpty)
            {
                return null;
            }

            if (!lookup.TryGetValue(text.Span, out var found))
            {
                found = text.ToString();
                if (texts.Count < MaxTexts)
                {
                    texts.Add(found);
                }
            }

            return found;
        };
    }

    // The key 0 is a missing value.
    private Action Keys<T>(DataViewRow row, RowBatch batch, Func<T, ulong> toKey) => _keys is null
        ? Numbers<T>(row, batch, value => toKey(value) is var key && key == 0 ? RowBatch.Missing : key - 1)
        : Texts<T>(row, batch, value => toKey(value) is var key && key == 0 ? null : _keys[key - 1]);

    private Action Numbers<T>(DataViewRow row, RowBatch batch, Func<T, double> convert) =>
        Read<T>(row, (index, value) => batch.Numbers(_first + index)[batch.Count] = convert(value));

    private Action Texts<T>(DataViewRow row, RowBatch batch, Func<T, string?> convert) =>
        Read<T>(row, (index, value) => batch.Texts(_first + index)[batch.Count] = convert(value));

    private Action Read<T>(DataViewRow row, Action<int, T> write)
    {
        if (!_column.IsVector)
        {
            var get = row.GetGetter<T>(Column);
            var item = default(T)!;
            return () =>
            {
                get(ref item);
                write(0, item);
            };
        }

        var getVector = row.GetGetter<VBuffer<T>>(Column);
        var vector = default(VBuffer<T>);
        return () =>
        {
            getVector(ref vector);
            var index = 0;
            foreach (var value in vector.DenseValues())
            {
                if (index == Length)
                {
                    break;
                }

                write(index++, value);
            }
        };
    }
}
