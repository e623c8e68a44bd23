using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Where experiments and their runs are in a store. <c>FORMAT.md</c> describes each path.</summary>
internal static class TrackingPaths
{
    /// <summary>Gets the folder of all experiments.</summary>
    public static ArtifactPath Experiments { get; } = ArtifactPath.Parse("experiments");

    /// <summary>Gets the folder of an experiment, which holds its log.</summary>
    /// <exception cref="ArgumentException">There can be no experiment of that name.</exception>
    public static ArtifactPath Experiment(string experiment)
    {
        RecordText.ThrowIfNotRecordName("experiment", experiment);
        return Experiments.Append(experiment);
    }

    /// <summary>Gets the folder of an experiment's runs.</summary>
    public static ArtifactPath Runs(string experiment) => Experiment(experiment).Append("runs");

    /// <summary>Gets the folder of a run, which holds its log.</summary>
    public static ArtifactPath Run(string experiment, string runId) => Runs(experiment).Append(runId);

    /// <summary>Gets the folder of the segments of a run's metrics.</summary>
    public static ArtifactPath Metrics(string experiment, string runId) => Run(experiment, runId).Append("metrics");

    /// <summary>Gets the folder of summaries of runs that no index has yet.</summary>
    public static ArtifactPath Summaries(string experiment) => Experiment(experiment).Append("summaries");

    /// <summary>Gets the folder of the index of an experiment's finished runs.</summary>
    public static ArtifactPath Index(string experiment) => Experiment(experiment).Append("index");

    /// <summary>Gets the path of the document that names the experiment of a run.</summary>
    public static ArtifactPath Pointer(string runId) => IndexPaths.Folder("runs").Append($"{runId[^2..]}/{runId}.json");

    /// <summary>Tells whether a text can be the identifier of a run.</summary>
    public static bool IsRunId(string text) => text.Length == 32 && text.All(static character => char.IsAsciiHexDigitLower(character));
}
