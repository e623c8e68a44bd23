namespace MlOps.Tracking;

/// <summary>The keys of the columns of a table of runs.</summary>
internal static class RunColumns
{
    public const string Sequence = "sequence";
    public const string Written = "written";
    public const string AliveUntil = "aliveUntil";
    public const string Name = "name";
    public const string Actor = "author";
    public const string Status = "status";
    public const string Started = "started";
    public const string Ended = "ended";
    public const string ParentId = "parentId";
    public const string Seed = "seed";
    public const string GitCommit = "gitCommit";
    public const string Environment = "environment";
    public const string Note = "note";
    public const string IsDeleted = "isDeleted";
    public const string IsShared = "isShared";
    public const string IsPurged = "isPurged";
    public const string ArtifactCount = "artifactCount";
    public const string PeakMemory = "peakMemory";
    public const string CpuTime = "cpuTime";
    public const string Failure = "failure";

    /// <summary>Begins the keys of the data a run used: <c>dataset.0</c>, <c>dataset.1</c> …</summary>
    public const string Dataset = "dataset.";

    /// <summary>Begins the keys of metrics.</summary>
    public const string Metric = "metrics.";

    /// <summary>Begins the keys of the steps of the last values of metrics.</summary>
    public const string MetricStep = "metricStep.";

    /// <summary>Begins the keys of the times of the last values of metrics.</summary>
    public const string MetricTime = "metricTime.";

    /// <summary>Begins the keys of the minimums of metrics.</summary>
    public const string MetricMinimum = "metricMin.";

    /// <summary>Begins the keys of the steps of the minimums of metrics.</summary>
    public const string MetricMinimumStep = "metricMinStep.";

    /// <summary>Begins the keys of the maximums of metrics.</summary>
    public const string MetricMaximum = "metricMax.";

    /// <summary>Begins the keys of the steps of the maximums of metrics.</summary>
    public const string MetricMaximumStep = "metricMaxStep.";

    /// <summary>Begins the keys of parameters.</summary>
    public const string Parameter = "params.";

    /// <summary>Begins the keys of tags.</summary>
    public const string Tag = "tags.";

    private static readonly Dictionary<string, RunStatus> s_statuses = Enum.GetValues<RunStatus>().ToDictionary(TextOf);

    /// <summary>Gets the number of a time: microseconds since 1970 in UTC, which a double holds exactly.</summary>
    public static double? NumberOf(DateTimeOffset? time) => (time - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Gets the time of a number.</summary>
    public static DateTimeOffset TimeOf(double number) => DateTimeOffset.UnixEpoch.AddTicks((long)number * TimeSpan.TicksPerMicrosecond);

    /// <summary>Gets the text of a status, as filters and documents have it.</summary>
    public static string TextOf(RunStatus status) => status switch
    {
        RunStatus.Running => "running",
        RunStatus.Finished => "finished",
        RunStatus.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>Gets the status of a text.</summary>
    public static RunStatus StatusOf(string text) => s_statuses[text];
}
