namespace MlOps.Benchmarks;

/// <summary>A contender of a comparison.</summary>
/// <param name="Name">The name in the report.</param>
/// <param name="RunAsync">Runs the operation once.</param>
internal sealed record Contender(string Name, Func<Task> RunAsync)
{
    /// <summary>Gets a value indicating whether this contender is the library, to which the target applies.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Gets a value indicating whether this contender is a baseline. The library is compared with the fastest baseline.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Gets an operation that undoes a run, outside the measured time.</summary>
    public Action CleanUp { get; init; } = static () => { };
}
