namespace MlOps.Benchmarks.Storage;

/// <summary>What every contender is put through in the same way.</summary>
internal static class Workload
{
    /// <summary>Does something for the next few of the small objects whenever it is called, several at a time.</summary>
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

    /// <summary>Does something for each of a number of objects, several at a time.</summary>
    public static Task ForEachAsync(int count, int parallelism, Func<int, Task> action) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = parallelism }, async (index, _) => await action(index));
}
