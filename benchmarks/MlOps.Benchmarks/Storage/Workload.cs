namespace MlOps.Benchmarks.Storage;

/// <summary>Operations on many objects, the same for every contender.</summary>
internal static class Workload
{
    /// <summary>Processes the next small objects at each call, several in parallel.</summary>
    public static Func<Task> InTurns(Scale scale, int parallelism, Func<int, Task> action)
    {
        var next = 0;
        return () =>
        {
            var first = next;
            next = (first + scale.SmallTurn) % scale.SmallCount;
            return ForEachAsync(scale.SmallTurn, parallelism, index => action(first + index));
        };
    }

    /// <summary>Processes a number of objects, several in parallel.</summary>
    public static Task ForEachAsync(int count, int parallelism, Func<int, Task> action) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = parallelism }, async (index, _) => await action(index));
}
