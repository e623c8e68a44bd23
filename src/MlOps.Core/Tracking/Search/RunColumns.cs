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

    /// <summary>The prefix of the keys of datasets: <c>dataset.0</c>, <c>dataset.1</c> and so on.</summary>
    public const string Dataset = "dataset.";

    /// <summary>The prefix of the keys of the last values of metrics.</summary>
    public const string Metric = "metrics.";

    /// <summary>The prefix of the keys of the steps of the last values of metrics.</summary>
    public const string MetricStep = "metricStep.";

    /// <summary>The prefix of the keys of the times of the last values of metrics.</summary>
    public const string MetricTime = "metricTime.";

    /// <summary>The prefix of the keys of the minimums of metrics.</summary>
    public const string MetricMinimum = "metricMin.";

    /// <summary>The prefix of the keys of the steps of the minimums of metrics.</summary>
    public const string MetricMinimumStep = "metricMinStep.";

    /// <summary>The prefix of the keys of the maximums of metrics.</summary>
    public const string MetricMaximum = "metricMax.";

    /// <summary>The prefix of the keys of the steps of the maximums of metrics.</summary>
    public const string MetricMaximumStep = "metricMaxStep.";

    /// <summary>The prefix of the keys of parameters.</summary>
    public const string Parameter = "params.";

    /// <summary>The prefix of the keys of tags.</summary>
    public const string Tag = "tags.";

    private static readonly Dictionary<string, RunStatus> s_statuses = Enum.GetValues<RunStatus>().ToDictionary(ToText);

    /// <summary>Converts a time to the number of microseconds since 1970 in UTC, which a double represents exactly.</summary>
    public static double? ToNumber(DateTimeOffset? time) => (time - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts a number of microseconds since 1970 in UTC to a time.</summary>
    public static DateTimeOffset ToTime(double number) => DateTimeOffset.UnixEpoch.AddTicks((long)number * TimeSpan.TicksPerMicrosecond);

    /// <summary>Converts a status to the text that filters and documents use.</summary>
    public static string ToText(RunStatus status) => status switch
    {
        RunStatus.Running => "running",
        RunStatus.Finished => "finished",
        RunStatus.Failed => "failed",
        _ => "interrupted",
    };

    /// <summary>Converts a text to a status.</summary>
    public static RunStatus ToStatus(string text) => s_statuses[text];
}
