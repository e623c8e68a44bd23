namespace MlOps.Registry;

/// <summary>The measured resource usage of a version.</summary>
public sealed class ResourceProfile
{
    /// <summary>Gets the time from verified files to the first possible prediction.</summary>
    /// <value>The default, <see langword="null"/>, is not measured.</value>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Gets the memory of the loaded model, in bytes.</summary>
    /// <value>The default, <see langword="null"/>, is not measured.</value>
    public long? Memory { get; init; }

    /// <summary>Gets the time of a prediction.</summary>
    /// <remarks>Record the percentile and the batch size of the measurement in a tag.</remarks>
    /// <value>The default, <see langword="null"/>, is not measured.</value>
    public TimeSpan? Latency { get; init; }
}
