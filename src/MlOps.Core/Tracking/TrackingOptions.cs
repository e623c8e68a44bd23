namespace MlOps.Tracking;

/// <summary>The settings of experiment tracking.</summary>
/// <remarks>Read once, when the first run is started; a change takes effect after a restart.</remarks>
public sealed class TrackingOptions
{
    /// <summary>The section that holds them, below <c>MlOps</c>.</summary>
    internal const string SectionName = "Tracking";

    /// <summary>Gets or sets how often a run under way says that it is, which also delivers its metrics.</summary>
    /// <value>The default is 15 seconds; 1 second to 1 hour. A run that errorText nothing for four times as long counts as interrupted.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the folder on a local disk that takes the metrics of runs while the store does not.</summary>
    /// <value>The default, <see langword="null"/>, is <c>mlops/spool</c> in the user's folder for application data (<c>~/.local/share</c> on Linux). The spool is private to the user.</value>
    public string? SpoolFolder { get; set; }

    /// <summary>Gets or sets how many bytes of metrics a run may spool; what comes after is dropped, counted and logged.</summary>
    /// <value>The default is 1 GiB; at least 1 MiB.</value>
    public long MaxSpoolSize { get; set; } = 1L << 30;

    /// <summary>Gets or sets how long the end of a run waits for the store to take what is spooled.</summary>
    /// <value>The default is 5 minutes; 0 to 1 day.</value>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets a value indicating whether the state of the git repository is recorded.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool CaptureGit { get; set; } = true;

    /// <summary>Gets or sets the commit of the code, for programs that run without their git repository, such as in a container.</summary>
    /// <value>7 to 64 hexadecimal digits. The default, <see langword="null"/>, is the commit of the repository, or of the version of the program. If it is set,
    /// git is not asked.</value>
    public string? GitCommit { get; set; }

    /// <summary>Gets or sets the branch of the code, beside <see cref="GitCommit"/>.</summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public string? GitBranch { get; set; }

    /// <summary>Gets or sets how much of the difference to the commit is kept, in bytes.</summary>
    /// <value>The default is 4 MiB; 0 to 64 MiB. With 0 no difference is kept. Secrets in it are masked.</value>
    public int MaxDiffSize { get; set; } = 4 << 20;

    /// <summary>Gets or sets the sections of the configuration that are recorded, besides <c>MlOps</c>; values that look like secrets are masked.</summary>
    /// <value>The default is none.</value>
    public IList<string> CapturedSections { get; set; } = [];

    /// <summary>Gets or sets how often processor and memory use are recorded as the metrics <c>system/cpu</c> and <c>system/memory</c> of each run.</summary>
    /// <value>The default, <see langword="null"/>, is never; at least 1 second.</value>
    public TimeSpan? SystemMetricsInterval { get; set; }
}
