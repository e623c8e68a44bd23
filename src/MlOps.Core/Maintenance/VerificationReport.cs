namespace MlOps.Maintenance;

/// <summary>What a verification found.</summary>
public sealed class VerificationReport
{
    /// <summary>Gets a value indicating whether nothing is wrong.</summary>
    public bool IsSound => FaultCount == 0;

    /// <summary>Gets how many distinct files were verified.</summary>
    public required long Files { get; init; }

    /// <summary>Gets the bytes of those found sound.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the number of faults.</summary>
    public required long FaultCount { get; init; }

    /// <summary>Gets the faults, up to <see cref="VerificationOptions.MaxFaults"/>: those of logs first, then those of content in no particular order.</summary>
    /// <remarks>Where a log is at fault, the content that is named only in it or in what is read after it could not be verified: mend it and verify again.</remarks>
    public required IReadOnlyList<StoreFault> Faults { get; init; }
}
