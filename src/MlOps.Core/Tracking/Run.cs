using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run as it was recorded up to some moment.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Run
{
    private readonly RunState _state;
    private readonly int? _artifactCount;

    /// <summary>Initializes a run from its state.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="state">The state.</param>
    /// <param name="artifactCount">The number of its artifacts, if the state leaves them out.</param>
    internal Run(string experiment, string id, RunState state, int? artifactCount = null)
    {
        Experiment = experiment;
        Id = id;
        _state = state;
        _artifactCount = artifactCount;
    }

    /// <summary>Gets the identifier, unique among all stores.</summary>
    /// <value>32 hexadecimal digits in lower case; of two runs the later one has the greater.</value>
    public string Id { get; }

    /// <summary>Gets the name of the experiment it belongs to.</summary>
    public string Experiment { get; }

    /// <summary>Gets the name; it need not be unique.</summary>
    public string Name => _state.Name;

    /// <summary>Gets who started it.</summary>
    public string Actor => _state.Actor;

    /// <summary>Gets how far it has come.</summary>
    public RunStatus Status => _state.Status;

    /// <summary>Gets when it began.</summary>
    public DateTimeOffset Started => _state.Started;

    /// <summary>Gets when it ended.</summary>
    /// <value><see langword="null"/> for a run that is under way. For one whose process died the last that was heard of it.</value>
    public DateTimeOffset? Ended => _state.Ended;

    /// <summary>Gets why it failed.</summary>
    public RunFailure? Failure => _state.Failure;

    /// <summary>Gets the identifier of the run that it is part of.</summary>
    public string? ParentId => _state.ParentId;

    /// <summary>Gets the seed of its random numbers.</summary>
    public int Seed => _state.Seed;

    /// <summary>Gets the commit of the code that ran.</summary>
    /// <value><see langword="null"/> if there was no git repository, and neither a setting nor the version of the program names the commit.</value>
    public string? GitCommit => _state.GitCommit;

    /// <summary>Gets the digest of the description of its surroundings.</summary>
    internal Sha256Digest? Environment => _state.Environment;

    /// <summary>Gets what is errorText of it, in Markdown.</summary>
    public string? Note => _state.Note;

    /// <summary>Gets what it was set to, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _state.Parameters;

    /// <summary>Gets its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => _state.Tags;

    /// <summary>Gets the last value of each metric, by name: the value with the greatest step, as <see cref="MetricSummary.Last"/> says.</summary>
    /// <value>Of a run that is under way as of its last heartbeat. A metric with tags is named as <c>loss{fold=1}</c>.</value>
    public IReadOnlyDictionary<string, double> Metrics => _state.Metrics;

    /// <summary>Gets the last value, the minimum and the maximum of each metric with their steps, by the names of <see cref="Metrics"/>.</summary>
    /// <value>Of a run that is under way as of its last heartbeat. A run that ended before the library kept summaries has none.</value>
    public IReadOnlyDictionary<string, MetricSummary> MetricSummaries => _state.MetricSummaries;

    /// <summary>Gets the data it used.</summary>
    public IReadOnlyList<RunDataset> Datasets => _state.Datasets;

    /// <summary>Gets the number of its artifacts.</summary>
    public int ArtifactCount => _artifactCount ?? _state.Files.Count;

    /// <summary>Gets what it took of its machine.</summary>
    /// <value><see langword="null"/> until it ends.</value>
    public RunResources? Resources => _state.Resources;

    /// <summary>Gets a value indicating whether the run has no owner, so that any process appends to it. GetCurrentState <see cref="RunStart.IsShared"/>.</summary>
    public bool IsShared => _state.IsShared;

    /// <summary>Gets a value indicating whether it was deleted. It can be restored.</summary>
    public bool IsDeleted => _state.IsDeleted;
}
