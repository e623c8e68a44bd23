namespace MlOps.Monitoring.Predictions;

/// <summary>The result of recording many outcomes.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class OutcomeImport
{
    /// <summary>Gets the number of outcomes that were recorded.</summary>
    public required long Recorded { get; init; }

    /// <summary>Gets the number of rows that were rejected.</summary>
    public required long Rejected { get; init; }

    /// <summary>Gets the faults: the reasons of the first 20 rejected rows, and the columns that were not read.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
