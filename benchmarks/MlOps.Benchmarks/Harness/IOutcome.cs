namespace MlOps.Benchmarks;

/// <summary>A result with a target.</summary>
internal interface IOutcome
{
    /// <summary>Writes a row of the summary: title, target, result, and whether the target is met.</summary>
    string ToSummaryRow();

    /// <summary>Writes the section of the result.</summary>
    string ToSection();
}
