namespace MlOps.Benchmarks;

/// <summary>Something that has been measured, with an aim it met or missed.</summary>
internal interface IOutcome
{
    /// <summary>Writes it as a row: what was compared, the aim, what was measured, whether the aim is met.</summary>
    string ToSummaryRow();

    /// <summary>Writes all of it, as a section of its own.</summary>
    string ToSection();
}
