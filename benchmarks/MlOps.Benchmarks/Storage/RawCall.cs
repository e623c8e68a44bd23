namespace MlOps.Benchmarks.Storage;

/// <summary>A call of the SDK of a vendor that corresponds to a member of the store.</summary>
/// <param name="Name">The name of the call.</param>
/// <param name="RunAsync">Makes the call for one object.</param>
/// <typeparam name="TObject">The description of the object.</typeparam>
internal sealed record RawCall<TObject>(string Name, Func<TObject, Task> RunAsync)
{
    /// <summary>Gets a value indicating whether this call is a baseline. The library is compared with the fastest baseline.</summary>
    public bool IsBaseline { get; init; } = true;

    /// <summary>Gets the name of the upload of the large object that the call reads. The upload may affect the verification.</summary>
    public string Reads { get; init; } = ObjectStoreBenchmarks.Ours;

    /// <summary>Gets a value indicating whether the call is only for large objects.</summary>
    public bool IsForLargeOnly { get; init; }

    public Contender ToContender(Func<Task> workload) => new(Name, workload) { IsBaseline = IsBaseline };
}
