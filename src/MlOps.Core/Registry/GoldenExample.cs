using System.Text.Json.Nodes;

namespace MlOps.Registry;

/// <summary>Inputs with their expected outputs, which are checked each time the model is loaded.</summary>
public sealed class GoldenExample
{
    /// <summary>Gets the value of each input, by name.</summary>
    public required JsonObject Inputs { get; init; }

    /// <summary>Gets the expected value of each output, by name.</summary>
    /// <value>Not empty. NaN and infinite values, which JSON numbers cannot represent, are read as the texts <c>NaN</c>, <c>Infinity</c> and
    /// <c>-Infinity</c>.</value>
    public required JsonObject Outputs { get; init; }

    /// <summary>Gets the maximum absolute difference between a number and its expected value.</summary>
    /// <value>Finite, zero or more; the default is 1e-5.</value>
    public double Tolerance { get; init; } = 1e-5;
}
