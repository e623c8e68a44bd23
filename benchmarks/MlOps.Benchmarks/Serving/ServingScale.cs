namespace MlOps.Benchmarks.Serving;

/// <summary>How long the benchmarks of serving measure.</summary>
internal sealed record ServingScale(int Rounds)
{
    public static ServingScale Full { get; } = new(501);

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static ServingScale Quick { get; } = new(51);
}
