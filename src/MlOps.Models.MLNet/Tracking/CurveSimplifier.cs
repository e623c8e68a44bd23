namespace MlOps.Tracking;

/// <summary>Removes the points of a curve that are on a straight line between their neighbors. The shape and the area remain the same.</summary>
internal static class CurveSimplifier
{
    private const double Straight = 1e-14;

    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> points, Func<T, (double X, double Y)> place)
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

    private static bool Turns((double X, double Y) from, (double X, double Y) at, (double X, double Y) to)
    {
        var (x1, y1, x2, y2) = (at.X - from.X, at.Y - from.Y, to.X - at.X, to.Y - at.Y);
        return Math.Abs((x1 * y2) - (x2 * y1)) > Straight || (x1 * x2) + (y1 * y2) < 0;
    }
}
