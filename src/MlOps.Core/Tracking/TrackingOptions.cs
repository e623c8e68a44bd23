namespace MlOps.Tracking;

/// <summary>The settings of experiment tracking.</summary>
/// <remarks>The settings are read when the first run starts. Changes take effect after a restart.</remarks>
public sealed class TrackingOptions
{
    /// <summary>The name of the section below <c>MlOps</c>.</summary>
    internal const string SectionName = "Tracking";

    /// <summary>Gets or sets the interval of the heartbeats of a run. A heartbeat also delivers metrics.</summary>
    /// <value>The default is 15 seconds. The minimum is 1 second, and the maximum is 1 hour. A run without a heartbeat for four intervals
    /// is treated as interrupted.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the spool folder, a local folder that buffers metrics while the store is unavailable.</summary>
    /// <value>The default, <see langword="null"/>, is <c>mlops/spool</c> in the application data folder of the user (<c>~/.local/share</c>
    /// on Linux). Only the user can read the spool.</value>
    public string? SpoolFolder { get; set; }

    /// <summary>Gets or sets the maximum size of the spooled metrics of a run, in bytes. When the spool is full, points are dropped,
    /// counted and logged.</summary>
    /// <value>The default is 1 GiB. The minimum is 1 MiB.</value>
    public long MaxSpoolSize { get; set; } = 1L << 30;

    /// <summary>Gets or sets the maximum time that the end of a run waits for the store to accept its metrics.</summary>
    /// <value>The default is 5 minutes. The minimum is 0, and the maximum is 1 day.</value>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets a value indicating whether to record the state of the git repository.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool CaptureGit { get; set; } = true;

    /// <summary>Gets or sets the commit of the code, for programs that run without their git repository, such as in a container.</summary>
    /// <value>7 to 64 hexadecimal digits. The default, <see langword="null"/>, is the commit of the repository or of the version of the
    /// program. If a commit is set, git is not called.</value>
    public string? GitCommit { get; set; }

    /// <summary>Gets or sets the branch of the code. Requires <see cref="GitCommit"/>.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? GitBranch { get; set; }

    /// <summary>Gets or sets the maximum size of the recorded patch of uncommitted changes, in bytes. Secrets in the patch are
    /// masked.</summary>
    /// <value>The default is 4 MiB. The minimum is 0, which records no patch, and the maximum is 64 MiB.</value>
    public int MaxDiffSize { get; set; } = 4 << 20;

    /// <summary>Gets or sets the configuration sections to record in addition to <c>MlOps</c>. Values that resemble secrets are
    /// masked.</summary>
    /// <value>The default is empty.</value>
    public IList<string> CapturedSections { get; set; } = [];

    /// <summary>Gets or sets the interval at which processor and memory use are recorded as the metrics <c>system/cpu</c> and
    /// <c>system/memory</c> of each run.</summary>
    /// <value>The default, <see langword="null"/>, records no system metrics. The minimum is 1 second.</value>
    public TimeSpan? SystemMetricsInterval { get; set; }
}
