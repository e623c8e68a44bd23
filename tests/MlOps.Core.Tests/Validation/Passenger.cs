using MlOps.Models;

namespace MlOps.Validation;

/// <summary>A row with a property of every kind.</summary>
public sealed class Passenger
{
    public float Age { get; init; }

    public double? Fare { get; set; }

    public int Stops { get; init; }

    public string? Origin { get; init; }

    public bool? IsFrequent { get; init; }

    public DateTimeOffset? Booked { get; init; }

    public float[]? Legs { get; init; }

    [Feature("tensor", Index = 0)]
    public float First { get; init; }

    [Feature("tensor", Index = 1)]
    public float Second { get; init; }

    public ModelTensor? Scores { get; init; }

    [Feature(PerCall = true)]
    public ModelTensor? State { get; init; }

    [Feature(PerCall = true)]
    public float[]? Weights { get; init; }

    public float Computed => Age * 2;

    public static Passenger Valid =>
        new() { Age = 40, Fare = 100, Stops = 1, Origin = "SEA", IsFrequent = true, Booked = DateTimeOffset.UnixEpoch, Legs = [1, 2], First = 1, Second = 2 };
}
