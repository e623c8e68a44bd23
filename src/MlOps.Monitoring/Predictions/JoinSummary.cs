namespace MlOps.Monitoring.Predictions;

/// <summary>The counts and faults of a join. They are complete when the join has been read to its end.</summary>
internal sealed class JoinSummary
{
    /// <summary>Gets the number of predictions.</summary>
    public long Predictions { get; set; }

    /// <summary>Gets the number of predictions with an outcome.</summary>
    public long Outcomes { get; set; }

    /// <summary>Gets the number of outcomes that repeat the value of another outcome of the same prediction.</summary>
    public long Duplicates { get; set; }

    /// <summary>Gets the number of outcomes whose value differs from that of a later outcome of the same prediction.</summary>
    public long Corrections { get; set; }

    /// <summary>Gets the number of predictions whose outcome is NaN, infinite or missing. They count as predictions without an outcome.</summary>
    public long Invalid { get; set; }

    /// <summary>Gets the number of predictions with an outcome that belongs to several rows, because they were predicted in one call with tensors.</summary>
    /// <remarks>They count as predictions without an outcome.</remarks>
    public long Ambiguous { get; set; }

    /// <summary>Gets the number of identifiers with an outcome, recorded since the day before the period, and without a prediction in the whole log;
    /// <see langword="null"/> if it was not requested.</summary>
    public long? Unknown { get; set; }

    /// <summary>Gets the first identifiers that have an outcome and no prediction.</summary>
    public IList<Guid> UnknownExamples { get; } = [];

    /// <summary>Gets the faults, such as the names of damaged files.</summary>
    public IList<string> Faults { get; } = [];

    /// <summary>Gets warnings about the outcomes, and the faults.</summary>
    /// <returns>The texts.</returns>
    public IReadOnlyList<string> ToWarnings()
    {
        var warnings = new List<string>(Faults.Distinct());
        if (Unknown > 0)
        {
            warnings.Add($"{Unknown} outcomes have an identifier without a prediction in the log, such as '{UnknownExamples[0]}'. Check that the identifier of "
                + "the prediction is passed, that the outcome names the right model, and that the retention of the log exceeds the delay of the outcomes.");
        }

        if (Ambiguous > 0)
        {
            warnings.Add($"{Ambiguous} predictions have an outcome that was not used, because their identifier belongs to several rows of one call with "
                + "tensors. Predict each row in a call of its own, to record its outcome.");
        }

        if (Invalid > 0)
        {
            warnings.Add($"{Invalid} outcomes are NaN, infinite or missing, and were not used. Record the outcomes again with valid values.");
        }

        return warnings;
    }
}
