using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Where the records of steps are in a store.</summary>
internal static class StepPaths
{
    private const string Steps = "steps";

    /// <summary>Gets the folder of the steps of an experiment.</summary>
    public static ArtifactPath Of(string experiment) => TrackingPaths.Experiment(experiment).Append(Steps);

    /// <summary>Gets the folder of the log of a step with certain inputs.</summary>
    public static ArtifactPath Of(string experiment, Sha256Digest key) => Of(experiment).Append(key.ToString());

    /// <summary>Tells whether a folder is that of a step's log.</summary>
    public static bool IsLog(ArtifactPath folder) =>
        folder.IsBelow(TrackingPaths.Experiments) && folder.ToString().Split('/') is [_, _, Steps, var key] && Sha256Digest.TryParse(key, out _);
}
