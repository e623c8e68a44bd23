namespace MlOps.Benchmarks;

/// <summary>Several ways to do the same thing with the same data, and how fast ours is to be.</summary>
/// <param name="Title">What is done, as the report's heading.</param>
/// <param name="Contenders">The ways, ours among them.</param>
internal sealed record Comparison(string Title, params Contender[] Contenders)
{
    /// <summary>Gets the number of operations in a run, such as objects stored.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>Gets the number of content bytes moved in a run; 0 where no content moves.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets how many times as fast as the baseline ours is to be, at least.</summary>
    public required double Aim { get; init; }

    /// <summary>Gets a value indicating whether ours is also to allocate fewer bytes than the baseline.</summary>
    public bool AimsAtFewerAllocations { get; init; }

    /// <summary>Gets what a reader must know to judge the figures, such as who verifies what.</summary>
    public string Remark { get; init; } = "";
}
