using System.Buffers.Binary;
using System.Globalization;
using Parquet.Data;

namespace MlOps.Datasets;

/// <summary>Converts a column of a row group to the numbers or texts of a batch.</summary>
internal static class ParquetRowColumn
{
    public static void Fill(RowBatch batch, int column, RawColumnData data, int maxDefinitionLevel, ParquetEncoding encoding, TextPool texts)
    {
        var levels = maxDefinitionLevel > 0 ? data.DefinitionLevels[..batch.Count] : default;
        if (batch.Columns[column].IsText)
        {
            var target = batch.Texts(column)[..batch.Count];
            switch (data)
            {
                case RawColumnData<ReadOnlyMemory<char>> values:
                    Fill(target, values.Values, levels, maxDefinitionLevel, null, text => texts.Get(text.Span));
                    break;
                case RawColumnData<Guid> values:
                    Fill(target, values.Values, levels, maxDefinitionLevel, null, static id => id.ToString("D", CultureInfo.InvariantCulture));
                    break;
                default: throw new NotSupportedException($"the texts are stored as {data.GetType().Name}.");
            }

            return;
        }

        var numbers = batch.Numbers(column)[..batch.Count];
        var unit = UnitOf(encoding);
        void Numbers<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> definitions, Span<double> to, Func<T, double> convert) =>
            Fill(to, values, definitions, maxDefinitionLevel, RowBatch.Missing, convert);
        switch (data)
        {
            case RawColumnData<bool> values: Numbers(values.Values, levels, numbers, static value => value ? 1 : 0); break;
            case RawColumnData<sbyte> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<byte> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<short> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<ushort> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<int> values: Numbers(values.Values, levels, numbers, value => value * unit); break;
            case RawColumnData<uint> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<long> values: Numbers(values.Values, levels, numbers, value => value / unit); break;
            case RawColumnData<ulong> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<float> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<double> values: Numbers(values.Values, levels, numbers, static value => value); break;
            case RawColumnData<BigDecimal> values:
                Numbers(values.Values, levels, numbers, static value => (double)value.UnscaledValue / Math.Pow(10, value.Scale));
                break;
            case RawColumnData<DateTime> values:
                Numbers(values.Values, levels, numbers, static value => (value.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond);
                break;
            case RawColumnData<ReadOnlyMemory<byte>> values when encoding == ParquetEncoding.Half:
                Numbers(values.Values, levels, numbers, static value => (double)BinaryPrimitives.ReadHalfLittleEndian(value.Span));
                break;
            default: throw new NotSupportedException($"the numbers are stored as {data.GetType().Name}.");
        }
    }

    /// <summary>Gets the seconds of a day, or the number of units in a second.</summary>
    private static double UnitOf(ParquetEncoding encoding) => encoding switch
    {
        ParquetEncoding.Days => 86_400,
        ParquetEncoding.Milliseconds => 1e3,
        ParquetEncoding.Microseconds => 1e6,
        ParquetEncoding.Nanoseconds => 1e9,
        _ => 1,
    };

    private static void Fill<T, TTarget>(
        Span<TTarget> target, ReadOnlySpan<T> values, ReadOnlySpan<int> levels, int maxDefinitionLevel, TTarget missing, Func<T, TTarget> convert)
    {
        var next = 0;
        for (var row = 0; row < target.Length; row++)
        {
            target[row] = levels.IsEmpty || levels[row] == maxDefinitionLevel ? convert(values[next++]) : missing;
        }
    }
}
