using System.Diagnostics;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures calls of nanoseconds: contenders in turns, on a number of threads, for a fixed time in each round.</summary>
internal static class Calls
{
    private const int Trial = 20_000;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_timeARound = TimeSpan.FromMilliseconds(5);

    /// <summary>Measures contenders.</summary>
    /// <param name="threads">How many threads call at once.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="contenders">Each makes what one thread calls; the number is that of the call.</param>
    /// <returns>For each contender the processor time of a call in each round, in nanoseconds, and the bytes that a call allocated.</returns>
    public static (double[][] Times, double[] Allocated) Measure(int threads, int rounds, params Func<Action<int>>[] contenders) =>
        Measure(threads, rounds, static () => { }, contenders);

    /// <param name="threads">How many threads call at once.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="settle">Waits for background work of the calls, outside the measured time.</param>
    /// <param name="contenders">Each makes what one thread calls; the number is that of the call.</param>
    /// <inheritdoc cref="Measure(int, int, Func{Action{int}}[])"/>
    public static (double[][] Times, double[] Allocated) Measure(int threads, int rounds, Action settle, params Func<Action<int>>[] contenders)
    {
        var actions = Array.ConvertAll(contenders, make => Enumerable.Range(0, threads).Select(_ => make()).ToArray());
        var counts = Array.ConvertAll(actions, action => CallsARound(action, settle));
        var times = Array.ConvertAll(contenders, _ => new double[rounds]);
        var allocated = new double[contenders.Length];
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < contenders.Length; turn++)
            {
                var which = (round + turn) % contenders.Length;
                var (nanoseconds, bytes) = Run(actions[which], counts[which]);
                times[which][round] = nanoseconds;
                allocated[which] = bytes;
                settle();
            }
        }

        return (times, allocated);
    }

    /// <summary>Gets the median over the rounds of the difference between two contenders in the same round.</summary>
    public static double Over(double[] ours, double[] baseline) => Median([.. ours.Zip(baseline, static (one, other) => one - other)]);

    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>Gets the 95 % confidence interval of the median, from the order statistics of a binomial distribution.</summary>
    public static (double Low, double High) Interval(double[] values)
    {
        var sorted = values.Order().ToArray();
        var rank = Math.Max(0, (int)((sorted.Length - (1.96 * Math.Sqrt(sorted.Length))) / 2));
        return (sorted[rank], sorted[^(rank + 1)]);
    }

    /// <summary>Finds the number of calls in a round, after the code is fully optimized.</summary>
    private static int CallsARound(Action<int>[] actions, Action settle)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_warmUp;)
        {
            Run(actions, Trial);
            settle();
        }

        return (int)(Trial * (s_timeARound.TotalNanoseconds / (Run(actions, Trial).Nanoseconds * Trial))) + 1;
    }

    private static (double Nanoseconds, double Bytes) Run(Action<int>[] actions, int calls)
    {
        var bytes = 0L;
        var elapsed = 0L;
        if (actions.Length == 1)
        {
            Loop(actions[0]);
        }
        else
        {
            using var start = new Barrier(actions.Length);
            var threads = Array.ConvertAll(actions, action => new Thread(() =>
            {
                start.SignalAndWait();
                Loop(action);
            }));
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
            elapsed /= actions.Length;
        }

        // Threads that share a processor take longer, independent of the called code.
        var share = ThreadTime.IsProcessorTime ? 1 : Math.Max(1.0, actions.Length / (double)Environment.ProcessorCount);
        return ((double)elapsed / calls / share, bytes / (double)(calls * actions.Length));

        void Loop(Action<int> action)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = ThreadTime.Nanoseconds;
            for (var call = 0; call < calls; call++)
            {
                action(call);
            }

            var time = ThreadTime.Nanoseconds - started;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            lock (actions)
            {
                elapsed += time;
                bytes += allocated;
            }
        }
    }
}
