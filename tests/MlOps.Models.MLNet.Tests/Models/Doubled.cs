namespace MlOps.Models;

public sealed class Doubled
{
    public float Twice { get; set; }
}
