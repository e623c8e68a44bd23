namespace MlOps.Models;

public sealed class Amount
{
    public float Value { get; set; }
}
