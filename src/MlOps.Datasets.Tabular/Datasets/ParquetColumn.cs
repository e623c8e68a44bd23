using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Parquet.Data;
using Parquet.Schema;

namespace MlOps.Datasets;

/// <summary>Summarizes a column of a Parquet file, one row group after another.</summary>
internal sealed class ParquetColumn
{
    private readonly DataField _field;
    private readonly ParquetEncoding _encoding;
    private readonly ColumnType _type;
    private readonly NumberSummary _numbers;
    private readonly TimeSummary _times;
    private readonly LengthSummary _lengths;
    private long _nulls;
    private long _infiniteTimes;
    private string? _fault;

    public ParquetColumn(DataField field, ParquetEncoding encoding, int distinctLimit)
    {
        _field = field;
        _encoding = encoding;
        _type = TypeOf(field, encoding);
        _numbers = new NumberSummary(distinctLimit);
        _times = new TimeSummary(distinctLimit);
        _lengths = new LengthSummary(distinctLimit);
        Name = string.Join('.', field.Path.ToList());
    }

    public string Name { get; }

    /// <summary>Gets a value indicating whether the column has statistics in addition to its type.</summary>
    public bool IsSummarized => _type != ColumnType.Nested && _fault is null;

    /// <summary>Marks the column as unreadable. Its profile has the fault instead of statistics.</summary>
    public void Fail(string fault) => _fault = fault;

    /// <summary>Adds a row group.</summary>
    /// <param name="data">The values of the column in the row group, without gaps for missing values.</param>
    /// <param name="rows">The number of rows of the row group.</param>
    public void Add(RawColumnData data, int rows)
    {
        var count = rows;
        if (_field.MaxDefinitionLevel > 0)
        {
            count = data.DefinitionLevels[..rows].Count(_field.MaxDefinitionLevel);
            _nulls += rows - count;
        }

        switch (data)
        {
            case RawColumnData<bool> values: AddBooleans(values.Values[..count]); break;
            case RawColumnData<sbyte> values: AddIntegers<sbyte>(values.Values[..count]); break;
            case RawColumnData<byte> values: AddIntegers<byte>(values.Values[..count]); break;
            case RawColumnData<short> values: AddIntegers<short>(values.Values[..count]); break;
            case RawColumnData<ushort> values: AddIntegers<ushort>(values.Values[..count]); break;
            case RawColumnData<int> values when _encoding == ParquetEncoding.Days: AddDays(values.Values[..count]); break;
            case RawColumnData<long> values when _encoding != ParquetEncoding.None: AddMoments(values.Values[..count]); break;
            case RawColumnData<ReadOnlyMemory<byte>> values when _encoding == ParquetEncoding.Half: AddHalves(values.Values[..count]); break;
            case RawColumnData<int> values: AddIntegers<int>(values.Values[..count]); break;
            case RawColumnData<uint> values: AddIntegers<uint>(values.Values[..count]); break;
            case RawColumnData<long> values: AddIntegers<long>(values.Values[..count]); break;
            case RawColumnData<ulong> values: AddUnsigned(values.Values[..count]); break;
            case RawColumnData<float> values: AddNumbers<float>(values.Values[..count]); break;
            case RawColumnData<double> values: AddNumbers<double>(values.Values[..count]); break;
            case RawColumnData<BigDecimal> values: AddDecimals(values.Values[..count]); break;
            case RawColumnData<DateTime> values: AddTimes(values.Values[..count]); break;
            case RawColumnData<ReadOnlyMemory<char>> values: AddTexts(values.Values[..count]); break;
            case RawColumnData<ReadOnlyMemory<byte>> values: AddBytes(values.Values[..count]); break;
            case RawColumnData<Guid> values: AddGuids(values.Values[..count]); break;
        }
    }

    public ColumnProfile ToProfile() => _fault is not null ? new() { Name = Name, Type = _type, Nulls = 0, Fault = _fault } : new()
    {
        Name = Name,
        Type = _type,
        Nulls = _nulls,
        NaNs = _numbers.NaNs,
        Distinct = _type switch
        {
            ColumnType.Boolean or ColumnType.Integer or ColumnType.Number => _numbers.Distinct,
            ColumnType.Date or ColumnType.DateTime => _times.Distinct,
            ColumnType.String or ColumnType.Binary => _lengths.Distinct,
            _ => null,
        },
        Minimum = _type == ColumnType.Boolean ? null : _numbers.Minimum,
        Maximum = _type == ColumnType.Boolean ? null : _numbers.Maximum,
        ExactMinimum = _type == ColumnType.Integer ? _numbers.ExactMinimum : null,
        ExactMaximum = _type == ColumnType.Integer ? _numbers.ExactMaximum : null,
        Mean = _numbers.Mean,
        StandardDeviation = _type == ColumnType.Boolean ? null : _numbers.StandardDeviation,
        Earliest = _times.Earliest,
        Latest = _times.Latest,
        Shortest = _lengths.Shortest,
        Longest = _lengths.Longest,
        Fault = TimeSummary.InfiniteFault(Name, _infiniteTimes),
    };

    /// <summary>Gets the type of the values of a column.</summary>
    public static ColumnType TypeOf(DataField field, ParquetEncoding encoding) => field.MaxRepetitionLevel > 0 ? ColumnType.Nested : encoding switch
    {
        ParquetEncoding.Half => ColumnType.Number,
        ParquetEncoding.Days => ColumnType.Date,
        ParquetEncoding.Milliseconds or ParquetEncoding.Microseconds or ParquetEncoding.Nanoseconds => ColumnType.DateTime,
        _ => TypeOf(field),
    };

    private static ColumnType TypeOf(DataField field) => field.ClrType switch
    {
        var type when type == typeof(bool) => ColumnType.Boolean,
        var type when type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort) => ColumnType.Integer,
        var type when type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) =>
            field is TimeDataField ? ColumnType.Time : ColumnType.Integer,
        var type when type == typeof(float) || type == typeof(double) || type == typeof(BigDecimal) => ColumnType.Number,
        var type when type == typeof(DateTime) => field is DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } ? ColumnType.Date : ColumnType.DateTime,
        var type when type == typeof(ReadOnlyMemory<char>) || type == typeof(Guid) => ColumnType.String,
        var type when type == typeof(ReadOnlyMemory<byte>) => ColumnType.Binary,
        _ => ColumnType.Nested,
    };

    private void AddBooleans(ReadOnlySpan<bool> values)
    {
        foreach (var value in values)
        {
            _numbers.Add(value ? 1L : 0L);
        }
    }

    private void AddIntegers<T>(ReadOnlySpan<T> values)
        where T : IBinaryInteger<T>
    {
        foreach (var value in values)
        {
            _numbers.Add(long.CreateChecked(value));
        }
    }

    private void AddUnsigned(ReadOnlySpan<ulong> values)
    {
        foreach (var value in values)
        {
            _numbers.Add((Int128)value);
        }
    }

    private void AddNumbers<T>(ReadOnlySpan<T> values)
        where T : INumber<T>
    {
        foreach (var value in values)
        {
            _numbers.Add(double.CreateSaturating(value));
        }
    }

    private void AddHalves(ReadOnlySpan<ReadOnlyMemory<byte>> values)
    {
        foreach (var value in values)
        {
            _numbers.Add((double)BinaryPrimitives.ReadHalfLittleEndian(value.Span));
        }
    }

    private void AddDecimals(ReadOnlySpan<BigDecimal> values)
    {
        foreach (var value in values)
        {
            _numbers.Add((double)value.UnscaledValue / Math.Pow(10, value.Scale), value.UnscaledValue);
        }
    }

    private void AddDays(ReadOnlySpan<int> values)
    {
        foreach (var value in values)
        {
            AddTime((Int128)value * TimeSpan.TicksPerDay, 0);
        }
    }

    private void AddMoments(ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            switch (_encoding)
            {
                case ParquetEncoding.Milliseconds: AddTime((Int128)value * TimeSpan.TicksPerMillisecond, 0); break;
                case ParquetEncoding.Microseconds: AddTime((Int128)value * TimeSpan.TicksPerMicrosecond, 0); break;
                default:
                    var rest = (int)(((value % TimeSpan.NanosecondsPerTick) + TimeSpan.NanosecondsPerTick) % TimeSpan.NanosecondsPerTick);
                    AddTime(((Int128)value - rest) / TimeSpan.NanosecondsPerTick, rest);
                    break;
            }
        }
    }

    /// <summary>Adds a time.</summary>
    /// <param name="sinceEpoch">The ticks since 1970.</param>
    /// <param name="nanoseconds">The nanoseconds below a tick.</param>
    private void AddTime(Int128 sinceEpoch, int nanoseconds)
    {
        var ticks = sinceEpoch + DateTime.UnixEpoch.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            _infiniteTimes++;
        }
        else
        {
            _times.Add(new DateTimeOffset((long)ticks, TimeSpan.Zero), nanoseconds);
        }
    }

    private void AddTimes(ReadOnlySpan<DateTime> values)
    {
        foreach (var value in values)
        {
            _times.Add(new DateTimeOffset(value.Ticks, TimeSpan.Zero));
        }
    }

    private void AddTexts(ReadOnlySpan<ReadOnlyMemory<char>> values)
    {
        foreach (var value in values)
        {
            _lengths.Add(value.Span);
        }
    }

    private void AddBytes(ReadOnlySpan<ReadOnlyMemory<byte>> values)
    {
        foreach (var value in values)
        {
            _lengths.Add(value.Span);
        }
    }

    private void AddGuids(ReadOnlySpan<Guid> values)
    {
        foreach (var value in values)
        {
            _lengths.Add(value.ToString("D", CultureInfo.InvariantCulture).AsSpan());
        }
    }
}
