namespace MlOps.Benchmarks.Serving;

/// <summary>The duration of the serving benchmarks.</summary>
internal sealed record ServingScale(int Rounds, int Swaps, int Processes, int LazyModels)
{
    public static ServingScale Full { get; } = new(501, 500, 7, 500);

    /// <summary>Gets a scale for trials; its figures have no meaning.</summary>
    public static ServingScale Quick { get; } = new(51, 20, 3, 60);
}
