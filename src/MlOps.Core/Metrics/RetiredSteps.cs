namespace MlOps.Metrics;

/// <summary>The steps after <paramref name="LastStep"/> in the batches up to <paramref name="Batch"/>. Readers skip them, because the run was resumed
/// from that step.</summary>
/// <param name="Batch">The number of the last batch that was written before the run was resumed.</param>
/// <param name="LastStep">The last valid step in these batches. Points without a step remain valid.</param>
internal readonly record struct RetiredSteps(long Batch, long LastStep)
{
    /// <summary>Gets the last valid step of a segment.</summary>
    public static long LastStepOf(MetricSegmentName segment, IReadOnlyList<RetiredSteps> retired)
    {
        var last = long.MaxValue;
        foreach (var (batch, step) in retired)
        {
            last = segment.Last <= batch ? Math.Min(last, step) : last;
        }

        return last;
    }
}
