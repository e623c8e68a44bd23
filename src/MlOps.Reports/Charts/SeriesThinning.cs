namespace MlOps.Reports;

/// <summary>Reduces the number of points of a series.</summary>
/// <remarks>It keeps the first and the last point, and the minimum, the maximum and one gap of each segment.</remarks>
/// <param name="limit">The maximum number of points to keep, at least 20. Up to this number, all points are kept.</param>
/// <param name="valueOf">Gets the value of a point. A value that is not finite is a gap.</param>
internal sealed class SeriesThinning<T>(int limit, Func<T, double> valueOf)
    where T : struct
{
    // Three points of each segment, the first and the last point. The number is even, so that segments can be merged in pairs.
    private readonly int _capacity = (limit - 2) / 3 / 2 * 2;
    private readonly List<Segment> _segments = [];
    private readonly List<T> _all = [];
    private long _width = 1;
    private long _count;
    private (long At, T Point) _last;

    public void Add(T point)
    {
        _last = (_count, point);
        if (_all.Count < limit)
        {
            _all.Add(point);
        }

        var index = (int)(_count++ / _width);
        if (index == _capacity)
        {
            JoinPairs();
            index /= 2;
        }

        if (index == _segments.Count)
        {
            _segments.Add(default);
        }

        _segments[index] = _segments[index].Join(Segment.Of(_last, valueOf(point)));
    }

    /// <summary>Gets the remaining points in their original order.</summary>
    public T[] ToArray() => _count <= limit
        ? [.. _all]
        :
        [
            .. _segments.SelectMany(static segment => segment.Points).Append((0, _all[0])).Append(_last)
                .OrderBy(static kept => kept.Item1).DistinctBy(static kept => kept.Item1).Select(static kept => kept.Item2),
        ];

    private void JoinPairs()
    {
        for (var i = 0; i < _capacity / 2; i++)
        {
            _segments[i] = _segments[2 * i].Join(_segments[(2 * i) + 1]);
        }

        _segments.RemoveRange(_capacity / 2, _segments.Count - (_capacity / 2));
        _width *= 2;
    }

    private readonly struct Segment
    {
        private (double Value, long At, T Point)? Least { get; init; }

        private (double Value, long At, T Point)? Greatest { get; init; }

        private (long At, T Point)? Gap { get; init; }

        public IEnumerable<(long At, T Point)> Points
        {
            get
            {
                if (Least is { } least && Greatest is { } greatest)
                {
                    yield return (least.At, least.Point);
                    yield return (greatest.At, greatest.Point);
                }

                if (Gap is { } gap)
                {
                    yield return gap;
                }
            }
        }

        public static Segment Of((long At, T Point) point, double value) => double.IsFinite(value)
            ? new Segment { Least = (value, point.At, point.Point), Greatest = (value, point.At, point.Point) }
            : new Segment { Gap = point };

        public Segment Join(Segment next) => new()
        {
            Least = Least is null || next.Least?.Value < Least?.Value ? next.Least : Least,
            Greatest = Greatest is null || next.Greatest?.Value > Greatest?.Value ? next.Greatest : Greatest,
            Gap = Gap ?? next.Gap,
        };
    }
}
