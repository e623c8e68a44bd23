using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A snapshot of a run.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Run
{
    private readonly RunState _state;
    private readonly int? _artifactCount;

    /// <summary>Initializes a new instance of the <see cref="Run"/> class.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="state">The state.</param>
    /// <param name="artifactCount">The number of artifacts, if the state does not contain the files.</param>
    internal Run(string experiment, string id, RunState state, int? artifactCount = null)
    {
        Experiment = experiment;
        Id = id;
        _state = state;
        _artifactCount = artifactCount;
    }

    /// <summary>Gets the identifier, which is unique across all stores.</summary>
    /// <value>32 lowercase hexadecimal digits. Identifiers increase with the start time.</value>
    public string Id { get; }

    /// <summary>Gets the name of the experiment.</summary>
    public string Experiment { get; }

    /// <summary>Gets the name, which is not necessarily unique.</summary>
    public string Name => _state.Name;

    /// <summary>Gets the actor that started the run.</summary>
    public string Actor => _state.Actor;

    /// <summary>Gets the status.</summary>
    public RunStatus Status => _state.Status;

    /// <summary>Gets the start time.</summary>
    public DateTimeOffset Started => _state.Started;

    /// <summary>Gets the end time.</summary>
    /// <value><see langword="null"/> if the run is in progress. For an interrupted run, the time of the last heartbeat.</value>
    public DateTimeOffset? Ended => _state.Ended;

    /// <summary>Gets the exception with which the run failed.</summary>
    public RunFailure? Failure => _state.Failure;

    /// <summary>Gets the identifier of the parent run.</summary>
    public string? ParentId => _state.ParentId;

    /// <summary>Gets the seed for random numbers.</summary>
    public int Seed => _state.Seed;

    /// <summary>Gets the commit of the code.</summary>
    /// <value><see langword="null"/> if there was no git repository, and neither a setting nor the version of the program names the
    /// commit.</value>
    public string? GitCommit => _state.GitCommit;

    /// <summary>Gets the digest of the description of the environment.</summary>
    internal Sha256Digest? Environment => _state.Environment;

    /// <summary>Gets the note, in Markdown.</summary>
    public string? Note => _state.Note;

    /// <summary>Gets the parameters, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _state.Parameters;

    /// <summary>Gets the tags, by key.</summary>
    public IReadOnlyDictionary<string, string> Tags => _state.Tags;

    /// <summary>Gets the last value of each metric, by name. See <see cref="MetricSummary.Last"/>.</summary>
    /// <value>While the run is in progress, the values of the last heartbeat. The name of a metric with tags includes the tags, such as
    /// <c>loss{fold=1}</c>.</value>
    public IReadOnlyDictionary<string, double> Metrics => _state.Metrics;

    /// <summary>Gets the last value, the minimum and the maximum of each metric with their steps, by the names of
    /// <see cref="Metrics"/>.</summary>
    /// <value>While the run is in progress, the values of the last heartbeat. Empty for runs that were recorded by early versions of the
    /// library.</value>
    public IReadOnlyDictionary<string, MetricSummary> MetricSummaries => _state.MetricSummaries;

    /// <summary>Gets the datasets that the run used.</summary>
    public IReadOnlyList<RunDataset> Datasets => _state.Datasets;

    /// <summary>Gets the number of artifacts.</summary>
    public int ArtifactCount => _artifactCount ?? _state.Files.Count;

    /// <summary>Gets the memory and the processor time that the run used.</summary>
    /// <value><see langword="null"/> until the run ends.</value>
    public RunResources? Resources => _state.Resources;

    /// <summary>Gets a value indicating whether the run is shared by several processes. See <see cref="RunStart.IsShared"/>.</summary>
    public bool IsShared => _state.IsShared;

    /// <summary>Gets a value indicating whether the run is deleted. A deleted run can be restored.</summary>
    public bool IsDeleted => _state.IsDeleted;
}
