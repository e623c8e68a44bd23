using MlOps.Models;

/// <summary>A sold house of the training data.</summary>
internal sealed class Sale
{
    public float Size { get; set; }

    public float Price { get; set; }
}

/// <summary>The input of a prediction.</summary>
internal sealed record House(float Size);

/// <summary>The output of a prediction.</summary>
internal sealed class Estimate
{
    [Feature("Score")]
    public float Price { get; set; }
}

/// <summary>A predicted price, or the actual price of the same house.</summary>
internal sealed record Answer(Guid Id, float Price);
