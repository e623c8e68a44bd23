using System.Text.Json.Nodes;

namespace MlOps.Registry;

/// <summary>Inputs for which the right outputs are known, so that every later load of the model can be checked.</summary>
public sealed class GoldenExample
{
    /// <summary>Gets a value for each input, by its name.</summary>
    public required JsonObject Inputs { get; init; }

    /// <summary>Gets the value expected of each output, by its name.</summary>
    /// <value>Not empty. NaN and the infinities, which JSON has no numbers for, come back as the texts <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>.</value>
    public required JsonObject Outputs { get; init; }

    /// <summary>Gets how far a number may be from the expected one.</summary>
    /// <value>Absolute; the default is 1e-5. Finite, zero or more.</value>
    public double Tolerance { get; init; } = 1e-5;
}
