using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Defines the paths of experiments and runs in a store. <c>FORMAT.md</c> describes each path.</summary>
internal static class TrackingPaths
{
    /// <summary>Gets the folder of all experiments.</summary>
    public static ArtifactPath Experiments { get; } = ArtifactPath.Parse("experiments");

    /// <summary>Gets the folder of an experiment, which contains its log.</summary>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public static ArtifactPath Experiment(string experiment)
    {
        RecordText.ThrowIfNotRecordName("experiment", experiment);
        return Experiments.Append(experiment);
    }

    /// <summary>Gets the folder of the runs of an experiment.</summary>
    public static ArtifactPath Runs(string experiment) => Experiment(experiment).Append("runs");

    /// <summary>Gets the folder of a run, which contains its log.</summary>
    public static ArtifactPath Run(string experiment, string runId) => Runs(experiment).Append(runId);

    /// <summary>Gets the folder that contains the metric segments of a run.</summary>
    public static ArtifactPath Metrics(string experiment, string runId) => Run(experiment, runId).Append("metrics");

    /// <summary>Gets the folder of the summaries of runs that are not yet in an index table.</summary>
    public static ArtifactPath Summaries(string experiment) => Experiment(experiment).Append("summaries");

    /// <summary>Gets the folder of the index tables of an experiment.</summary>
    public static ArtifactPath Index(string experiment) => Experiment(experiment).Append("index");

    /// <summary>Gets the path of the document that names the experiment of a run.</summary>
    public static ArtifactPath RunLocation(string runId) => IndexPaths.Folder("runs").Append($"{runId[^2..]}/{runId}.json");

    /// <summary>Determines whether a text is a valid identifier of a run.</summary>
    public static bool IsRunId(string text) => text.Length == 32 && text.All(static character => char.IsAsciiHexDigitLower(character));
}
