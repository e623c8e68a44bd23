namespace MlOps.Metrics;

/// <summary>Points that readers leave out, because a run was resumed from an earlier step.</summary>
/// <param name="Batch">The number of the last batch that the retirement applies to.</param>
/// <param name="LastStep">The last step that remains. Points without a step remain as well.</param>
internal readonly record struct RetiredSteps(long Batch, long LastStep)
{
    /// <summary>Gets the last step of a segment that remains, after all retirements.</summary>
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
