using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run as it was recorded up to some moment.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Run
{
    /// <summary>Gets the identifier, unique among all stores.</summary>
    /// <value>32 hexadecimal digits in lower case; of two runs the later one has the greater.</value>
    public required string Id { get; init; }

    /// <summary>Gets the name of the experiment it belongs to.</summary>
    public required string Experiment { get; init; }

    /// <summary>Gets the name; it need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>Gets who started it.</summary>
    public required string Author { get; init; }

    /// <summary>Gets how far it has come.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Gets when it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets when it ended.</summary>
    /// <value><see langword="null"/> for a run that is under way. For one whose process died the last that was heard of it.</value>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets why it failed.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>Gets the identifier of the run that it is part of.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed of its random numbers.</summary>
    public int Seed { get; init; }

    /// <summary>Gets the commit of the code that ran.</summary>
    /// <value><see langword="null"/> if it did not run in a git repository.</value>
    public string? GitCommit { get; init; }

    /// <summary>Gets the digest of the description of its surroundings.</summary>
    internal Sha256Digest? Environment { get; init; }

    /// <summary>Gets what is said of it, in Markdown.</summary>
    public string? Note { get; init; }

    /// <summary>Gets what it was set to, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the last value of each metric, by name.</summary>
    /// <value>Of a run that is under way as of its last heartbeat.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets the data it used.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Gets the number of its artifacts.</summary>
    public int ArtifactCount { get; init; }

    /// <summary>Gets what it took of its machine.</summary>
    /// <value><see langword="null"/> until it ends.</value>
    public RunResources? Resources { get; init; }

    /// <summary>Gets a value indicating whether it was deleted. It can be restored.</summary>
    public bool IsDeleted { get; init; }
}
