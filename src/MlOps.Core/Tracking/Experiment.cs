namespace MlOps.Tracking;

/// <summary>An experiment: what its runs have in common.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Experiment
{
    /// <summary>Gets the name, which never changes.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the name that it is shown by.</summary>
    /// <value>The default is <see cref="Name"/>.</value>
    public required string DisplayName { get; init; }

    /// <summary>Gets what it is about, in Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>Gets its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets when it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets when it was changed last; runs are no change.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Gets a value indicating whether it was deleted. It can be restored, and its runs with it.</summary>
    public bool IsDeleted { get; init; }
}
