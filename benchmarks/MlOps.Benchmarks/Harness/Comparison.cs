namespace MlOps.Benchmarks;

/// <summary>A comparison of contenders on the same data, with a target for the library.</summary>
/// <param name="Title">The heading in the report.</param>
/// <param name="Contenders">The contenders, including the library.</param>
internal sealed record Comparison(string Title, params Contender[] Contenders)
{
    /// <summary>Gets the number of operations in a run, such as objects stored.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>Gets the number of content bytes moved in a run; 0 if no content is moved.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets the minimum speed of the library relative to the baseline.</summary>
    public required double Aim { get; init; }

    /// <summary>Gets a value indicating whether the library must also allocate fewer bytes than the baseline.</summary>
    public bool AimsAtFewerAllocations { get; init; }

    /// <summary>Gets a remark for the interpretation of the figures.</summary>
    public string Remark { get; init; } = "";
}
