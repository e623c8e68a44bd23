namespace MlOps.Benchmarks.Serving;

/// <summary>A row with a property for each of up to thirty features.</summary>
internal sealed class ThirtyFeatures
{
    public float F0 { get; init; }

    public float F1 { get; init; }

    public float F2 { get; init; }

    public float F3 { get; init; }

    public float F4 { get; init; }

    public float F5 { get; init; }

    public float F6 { get; init; }

    public float F7 { get; init; }

    public float F8 { get; init; }

    public float F9 { get; init; }

    public float F10 { get; init; }

    public float F11 { get; init; }

    public float F12 { get; init; }

    public float F13 { get; init; }

    public float F14 { get; init; }

    public float F15 { get; init; }

    public float F16 { get; init; }

    public float F17 { get; init; }

    public float F18 { get; init; }

    public float F19 { get; init; }

    public float F20 { get; init; }

    public float F21 { get; init; }

    public float F22 { get; init; }

    public float F23 { get; init; }

    public float F24 { get; init; }

    public float F25 { get; init; }

    public float F26 { get; init; }

    public float F27 { get; init; }

    public float F28 { get; init; }

    public float F29 { get; init; }

    public static ThirtyFeatures From(float[] row) => new()
    {
        F0 = row.ElementAtOrDefault(0),
        F1 = row.ElementAtOrDefault(1),
        F2 = row.ElementAtOrDefault(2),
        F3 = row.ElementAtOrDefault(3),
        F4 = row.ElementAtOrDefault(4),
        F5 = row.ElementAtOrDefault(5),
        F6 = row.ElementAtOrDefault(6),
        F7 = row.ElementAtOrDefault(7),
        F8 = row.ElementAtOrDefault(8),
        F9 = row.ElementAtOrDefault(9),
        F10 = row.ElementAtOrDefault(10),
        F11 = row.ElementAtOrDefault(11),
        F12 = row.ElementAtOrDefault(12),
        F13 = row.ElementAtOrDefault(13),
        F14 = row.ElementAtOrDefault(14),
        F15 = row.ElementAtOrDefault(15),
        F16 = row.ElementAtOrDefault(16),
        F17 = row.ElementAtOrDefault(17),
        F18 = row.ElementAtOrDefault(18),
        F19 = row.ElementAtOrDefault(19),
        F20 = row.ElementAtOrDefault(20),
        F21 = row.ElementAtOrDefault(21),
        F22 = row.ElementAtOrDefault(22),
        F23 = row.ElementAtOrDefault(23),
        F24 = row.ElementAtOrDefault(24),
        F25 = row.ElementAtOrDefault(25),
        F26 = row.ElementAtOrDefault(26),
        F27 = row.ElementAtOrDefault(27),
        F28 = row.ElementAtOrDefault(28),
        F29 = row.ElementAtOrDefault(29),
    };
}
