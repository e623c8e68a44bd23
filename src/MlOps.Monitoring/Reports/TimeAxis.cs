using System.Globalization;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>An axis of times in UTC, as seconds since 1970, with ticks at some of the times.</summary>
internal sealed class TimeAxis : ChartAxis
{
    private const int MostTicks = 5;
    private readonly double[] _times;
    private readonly double _first;
    private readonly double _length;

    /// <summary>Initializes a new instance of the <see cref="TimeAxis"/> class.</summary>
    /// <param name="times">The times in ascending order, at least one.</param>
    public TimeAxis(IReadOnlyList<DateTimeOffset> times)
    {
        _times = [.. times.Select(Convert)];
        (_first, _length) = (_times[0], _times[^1] - _times[0]);
    }

    /// <inheritdoc/>
    public override IEnumerable<(double Value, string Label)> Ticks
    {
        get
        {
            var format = _length > TimeSpan.FromDays(3).TotalSeconds ? "d MMM" : "d MMM HH:mm";
            var count = _length > TimeSpan.FromDays(3).TotalSeconds ? MostTicks : 3;
            var wanted = Enumerable.Range(0, count).Select(index => _first + (_length * index / (count - 1)));
            return wanted.Select(time => _times.MinBy(value => Math.Abs(value - time))).Distinct()
                .Select(time => (time, DateTimeOffset.FromUnixTimeSeconds((long)time).ToString(format, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Converts a time to its value on the axis.</summary>
    public static double Convert(DateTimeOffset time) => time.ToUnixTimeSeconds();

    /// <inheritdoc/>
    public override double Place(double value) => _length == 0 ? 0.5 : (value - _first) / _length;
}
