using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Infers the type of a column of a CSV file and summarizes its values in one pass.</summary>
/// <remarks>A summary is kept for each type that all values so far can have.</remarks>
internal sealed class CsvColumn(string name, int distinctLimit, NumberFormatInfo format) : ICsvColumn
{
    private readonly LengthSummary _texts = new(distinctLimit);
    private NumberSummary? _numbers = new(distinctLimit);
    private TimeSummary? _times = new(distinctLimit);
    private bool _couldBeBoolean = true;
    private bool _couldBeInteger = true;
    private bool _couldBeDate = true;
    private long _nulls;
    private long _count;
    private long _trues;
    private long _infiniteTimes;

    public string Name => name;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            _nulls++;
            return;
        }

        _count++;
        _texts.Add(text);
        if (_couldBeBoolean)
        {
            AddBoolean(text);
        }

        if (_numbers is not null)
        {
            AddNumber(text, _numbers);
        }

        if (_times is not null)
        {
            AddTime(text, _times);
        }
    }

    public ColumnProfile ToProfile() => (_count, _couldBeBoolean, _numbers, _times) switch
    {
        (0, _, _, _) => new ColumnProfile { Name = name, Type = ColumnType.Empty, Nulls = _nulls, Distinct = 0 },
        (_, true, _, _) => BooleanProfile(),
        (_, _, { } numbers, _) => NumberProfile(numbers),
        (_, _, _, { Earliest: not null } times) => TimeProfile(times),
        _ => new ColumnProfile
        {
            Name = name,
            Type = ColumnType.String,
            Nulls = _nulls,
            Distinct = _texts.Distinct,
            Shortest = _texts.Shortest,
            Longest = _texts.Longest,
        },
    };

    private void AddBoolean(ReadOnlySpan<char> text)
    {
        _couldBeBoolean = CsvValue.TryParseBoolean(text, out var value);
        _trues += value ? 1 : 0;
    }

    private void AddNumber(ReadOnlySpan<char> text, NumberSummary numbers)
    {
        if (_couldBeInteger && CsvValue.TryParseInteger(text, out var integer))
        {
            numbers.Add(integer);
            return;
        }

        _couldBeInteger = false;
        if (CsvValue.TryParseNumber(text, format, out var number))
        {
            numbers.Add(number);
        }
        else
        {
            _numbers = null;
        }
    }

    private void AddTime(ReadOnlySpan<char> text, TimeSummary times)
    {
        var nanoseconds = 0;
        if (CsvValue.TryParseDate(text, out var time) || CsvValue.TryParseMoment(text, out time, out nanoseconds))
        {
            _couldBeDate &= text.Length == CsvValue.DateLength;
            times.Add(time, nanoseconds);
        }
        else if (CsvValue.TryParseInfinity(text, out _))
        {
            _infiniteTimes++;
        }
        else
        {
            _times = null;
        }
    }

    private ColumnProfile BooleanProfile() => new()
    {
        Name = name,
        Type = ColumnType.Boolean,
        Nulls = _nulls,
        Distinct = (_trues > 0 ? 1 : 0) + (_trues < _count ? 1 : 0),
        Mean = (double)_trues / _count,
    };

    private ColumnProfile NumberProfile(NumberSummary numbers) => new()
    {
        Name = name,
        Type = _couldBeInteger ? ColumnType.Integer : ColumnType.Number,
        Nulls = _nulls,
        NaNs = numbers.NaNs,
        Distinct = numbers.Distinct,
        Minimum = numbers.Minimum,
        Maximum = numbers.Maximum,
        ExactMinimum = _couldBeInteger ? numbers.ExactMinimum : null,
        ExactMaximum = _couldBeInteger ? numbers.ExactMaximum : null,
        Mean = numbers.Mean,
        StandardDeviation = numbers.StandardDeviation,
    };

    private ColumnProfile TimeProfile(TimeSummary times) => new()
    {
        Name = name,
        Type = _couldBeDate ? ColumnType.Date : ColumnType.DateTime,
        Nulls = _nulls,
        Distinct = times.Distinct,
        Earliest = times.Earliest,
        Latest = times.Latest,
        Fault = TimeSummary.InfiniteFault(name, _infiniteTimes),
    };
}
