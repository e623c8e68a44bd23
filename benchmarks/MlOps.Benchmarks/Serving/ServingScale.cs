namespace MlOps.Benchmarks.Serving;

/// <summary>How long the benchmarks of serving measure.</summary>
internal sealed record ServingScale(int Rounds, int Swaps, int Processes, int LazyModels)
{
    public static ServingScale Full { get; } = new(501, 500, 7, 500);

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static ServingScale Quick { get; } = new(51, 20, 3, 60);
}
