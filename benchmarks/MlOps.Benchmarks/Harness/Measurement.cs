namespace MlOps.Benchmarks;

/// <summary>The measured runs of one contender.</summary>
internal sealed class Measurement(Contender contender)
{
    private readonly List<TimeSpan> _times = [];
    private readonly List<long> _allocations = [];

    public Contender Contender { get; } = contender;

    /// <summary>Gets the reason why the contender failed, or <see langword="null"/>.</summary>
    public string? Failure { get; private set; }

    public TimeSpan Time => Median(_times);

    public long AllocatedBytes => Median(_allocations);

    /// <summary>Gets the speed relative to another contender.</summary>
    /// <remarks>The median over the rounds, so that a change in the speed of the machine between rounds cancels out.</remarks>
    public double SpeedAgainst(Measurement baseline) => Median(SpeedsAgainst(baseline));

    /// <summary>Gets the 95 % confidence interval of that median, from the order statistics of a binomial distribution.</summary>
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
            // Some servers refuse the default requests of an SDK. This is a result too.
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
