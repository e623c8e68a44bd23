using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Leaves out the points that a curve goes straight through, so that its shape and the area below it stay the same.</summary>
internal static class CurveTurns
{
    private const double Straight = 1e-14;

    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> points, Func<T, ChartPoint> place)
    {
        var kept = new List<T>();
        for (var i = 0; i < points.Count; i++)
        {
            if (kept.Count == 0 || i == points.Count - 1 || Turns(place(kept[^1]), place(points[i]), place(points[i + 1])))
            {
                kept.Add(points[i]);
            }
        }

        return kept;
    }

    private static bool Turns(ChartPoint from, ChartPoint at, ChartPoint to)
    {
        var (x1, y1, x2, y2) = (at.X - from.X, at.Y - from.Y, to.X - at.X, to.Y - at.Y);
        return Math.Abs((x1 * y2) - (x2 * y1)) > Straight || (x1 * x2) + (y1 * y2) < 0;
    }
}
