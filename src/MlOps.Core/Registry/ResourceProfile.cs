namespace MlOps.Registry;

/// <summary>What a version was measured to need; its size on disk is known anyway.</summary>
public sealed class ResourceProfile
{
    /// <summary>Gets how long loading took, from verified files to the first possible prediction.</summary>
    /// <value><see langword="null"/> if not measured.</value>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Gets the memory the loaded model holds, in bytes.</summary>
    /// <value><see langword="null"/> if not measured.</value>
    public long? Memory { get; init; }

    /// <summary>Gets how long a prediction takes; which percentile of which batch is the measurer's to say, best in a tag.</summary>
    /// <value><see langword="null"/> if not measured.</value>
    public TimeSpan? Latency { get; init; }
}
