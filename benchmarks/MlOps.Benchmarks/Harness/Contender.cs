namespace MlOps.Benchmarks;

/// <summary>One way to do what a comparison is about.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="RunAsync">Does it once.</param>
internal sealed record Contender(string Name, Func<Task> RunAsync)
{
    /// <summary>Gets a value indicating whether this is the library's own way, which the aim is about.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Gets a value indicating whether ours is compared with this one; of several, with the fastest.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Gets what undoes the run, outside the time measured.</summary>
    public Action CleanUp { get; init; } = static () => { };
}
