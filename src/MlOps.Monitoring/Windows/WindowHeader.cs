namespace MlOps.Monitoring.Windows;

/// <summary>The header of a window object.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class WindowHeader
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    /// <summary>Gets the start of the window, inclusive.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets the end of the window, exclusive.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the identifiers of the instances.</summary>
    public required IReadOnlyList<string> Instances { get; init; }

    /// <summary>Gets a value indicating whether the instance has ended the window. Otherwise it may write the object again.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the number of predictions, including rejected rows and <see cref="Dropped"/>.</summary>
    public long Predictions { get; init; }

    public long Rejected { get; init; }

    public long Flagged { get; init; }

    /// <summary>Gets the number of predictions that were not profiled, because the memory for waiting rows was used up.</summary>
    public long Dropped { get; init; }

    /// <summary>Gets the number of predictions whose time differs from the monotonic clock of their instance.</summary>
    public long Misdated { get; init; }

    /// <summary>Gets the names of the merged objects in the same folder. Readers skip them.</summary>
    /// <value>Empty for the object of an instance.</value>
    public IReadOnlyList<string> Contains { get; init; } = [];

    public WindowHeader Merge(WindowHeader other) => new()
    {
        Model = Model,
        Version = Version,
        Start = Start,
        End = End > other.End ? End : other.End,
        Instances = [.. Instances.Union(other.Instances, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        IsFinal = IsFinal && other.IsFinal,
        Predictions = Predictions + other.Predictions,
        Rejected = Rejected + other.Rejected,
        Flagged = Flagged + other.Flagged,
        Dropped = Dropped + other.Dropped,
        Misdated = Misdated + other.Misdated,
        Contains = [.. Contains.Union(other.Contains, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    /// <summary>Creates the header of an object that contains others.</summary>
    /// <param name="names">The names of the merged objects.</param>
    public WindowHeader ToMerged(IEnumerable<string> names) => new()
    {
        Model = Model,
        Version = Version,
        Start = Start,
        End = End,
        Instances = Instances,
        IsFinal = true,
        Predictions = Predictions,
        Rejected = Rejected,
        Flagged = Flagged,
        Dropped = Dropped,
        Misdated = Misdated,
        Contains = [.. Contains.Union(names, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };
}
