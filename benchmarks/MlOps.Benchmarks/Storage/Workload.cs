namespace MlOps.Benchmarks.Storage;

/// <summary>What every contender is put through in the same way.</summary>
internal static class Workload
{
    /// <summary>Does something for each of the small objects, several at a time.</summary>
    public static Task ForEachAsync(int count, int parallelism, Func<int, Task> action) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = parallelism }, async (index, _) => await action(index));
}
