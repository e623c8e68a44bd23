using MlOps.Models;

namespace MlOps.Serving;

/// <summary>The row types of the models that <see cref="LineLoader"/> loads.</summary>
internal sealed class Point
{
    public float X { get; set; }

    public string? Color { get; set; }
}

internal sealed class Answer
{
    public float Y { get; set; }
}

/// <summary>A signature whose x is from -100 to 100.</summary>
internal static class Line
{
    public static ModelSignature Signature { get; } = new()
    {
        Inputs = [new ModelFeature { Name = "x", Type = FeatureType.Float32, Shape = [null], Minimum = -100, Maximum = 100 }],
        Outputs = [new ModelFeature { Name = "y", Type = FeatureType.Float32, Shape = [null] }],
    };
}
