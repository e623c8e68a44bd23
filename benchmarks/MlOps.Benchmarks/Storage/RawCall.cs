namespace MlOps.Benchmarks.Storage;

/// <summary>A call of a vendor's SDK that does what a member of the store does.</summary>
/// <param name="Name">The call's name.</param>
/// <param name="RunAsync">Makes the call for one object.</param>
/// <typeparam name="TObject">What it is told of the object.</typeparam>
internal sealed record RawCall<TObject>(string Name, Func<TObject, Task> RunAsync)
{
    /// <summary>Gets a value indicating whether ours is compared with this one; of several, with the fastest.</summary>
    public bool IsBaseline { get; init; } = true;

    /// <summary>Gets the name of the upload whose large object the call reads: how it was uploaded may decide how it is checked.</summary>
    public string Reads { get; init; } = ObjectStoreBenchmarks.Ours;

    /// <summary>Gets a value indicating whether the call is meant for large objects alone.</summary>
    public bool IsForLargeOnly { get; init; }

    public Contender ToContender(Func<Task> workload) => new(Name, workload) { IsBaseline = IsBaseline };
}
