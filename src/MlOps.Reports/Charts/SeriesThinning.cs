namespace MlOps.Reports;

/// <summary>Thins points to the number that a chart can show: the first, the last, and the least, the greatest and one gap of each of equally long
/// stretches.</summary>
/// <param name="limit">The maximum number of points to keep, at least 20. Up to that number, all points are kept.</param>
/// <param name="valueOf">Gets the value of a point. A value that is not finite is a gap.</param>
internal sealed class SeriesThinning<T>(int limit, Func<T, double> valueOf)
    where T : struct
{
    // Three of each stretch, the first and the last; even, so that stretches can be joined in pairs.
    private readonly int _capacity = (limit - 2) / 3 / 2 * 2;
    private readonly List<Stretch> _stretches = [];
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

        if (index == _stretches.Count)
        {
            _stretches.Add(default);
        }

        _stretches[index] = _stretches[index].Join(Stretch.Of(_last, valueOf(point)));
    }

    /// <summary>Gets the points that are kept, in the order in which they came.</summary>
    public T[] ToArray() => _count <= limit
        ? [.. _all]
        :
        [
            .. _stretches.SelectMany(static stretch => stretch.Points).Append((0, _all[0])).Append(_last)
                .OrderBy(static kept => kept.Item1).DistinctBy(static kept => kept.Item1).Select(static kept => kept.Item2),
        ];

    private void JoinPairs()
    {
        for (var i = 0; i < _capacity / 2; i++)
        {
            _stretches[i] = _stretches[2 * i].Join(_stretches[(2 * i) + 1]);
        }

        _stretches.RemoveRange(_capacity / 2, _stretches.Count - (_capacity / 2));
        _width *= 2;
    }

    private readonly struct Stretch
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

        public static Stretch Of((long At, T Point) point, double value) => double.IsFinite(value)
            ? new Stretch { Least = (value, point.At, point.Point), Greatest = (value, point.At, point.Point) }
            : new Stretch { Gap = point };

        public Stretch Join(Stretch next) => new()
        {
            Least = Least is null || next.Least?.Value < Least?.Value ? next.Least : Least,
            Greatest = Greatest is null || next.Greatest?.Value > Greatest?.Value ? next.Greatest : Greatest,
            Gap = Gap ?? next.Gap,
        };
    }
}
