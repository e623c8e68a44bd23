namespace MlOps.Benchmarks;

/// <summary>What the runs of one contender took.</summary>
internal sealed class Measurement(Contender contender)
{
    private readonly List<TimeSpan> _times = [];
    private readonly List<long> _allocations = [];

    public Contender Contender { get; } = contender;

    /// <summary>Gets why the contender cannot do it, or <see langword="null"/>.</summary>
    public string? Failure { get; private set; }

    public TimeSpan Time => Median(_times);

    public long AllocatedBytes => Median(_allocations);

    /// <summary>Gets how many times as fast this contender is: the median over the rounds, so that a change in the machine's speed between rounds cancels out.</summary>
    public double SpeedAgainst(Measurement baseline) => Median(SpeedsAgainst(baseline));

    /// <summary>Gets between what that median lies with a confidence of 95 %: the order statistics of a binomial distribution, whatever that of the times.</summary>
    public (double Low, double High) IntervalAgainst(Measurement baseline)
    {
        var speeds = SpeedsAgainst(baseline);
        speeds.Sort();
        var rank = Math.Max(0, (int)((speeds.Count - (1.96 * Math.Sqrt(speeds.Count))) / 2));
        return (speeds[rank], speeds[^(rank + 1)]);
    }

    public async Task RunAsync(bool isWarmUp)
    {
        if (Failure is not null)
        {
            return;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            await Contender.RunAsync();
        }
        catch (Exception exception) when (!Contender.IsOurs)
        {
            // Some servers refuse what an SDK does by default, which is a result as well.
            Failure = $"{exception.GetType().Name} {exception.Message}";
            return;
        }

        var time = TimeProvider.System.GetElapsedTime(started);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Contender.CleanUp();
        if (!isWarmUp)
        {
            _times.Add(time);
            _allocations.Add(allocated);
        }
    }

    private List<double> SpeedsAgainst(Measurement baseline) => [.. baseline._times.Zip(_times, static (theirs, ours) => theirs / ours)];

    private static T Median<T>(List<T> values) => values.Order().ElementAt(values.Count / 2);
}
