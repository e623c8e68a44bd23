namespace MlOps.Tracking;

/// <summary>What a run ran in: what has to be the same to get the same result.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunEnvironment
{
    /// <summary>Gets the state of the code's git repository.</summary>
    /// <value><see langword="null"/> if it did not run in one and neither a setting nor the version of the program names the commit.</value>
    public GitState? Git { get; init; }

    /// <summary>Gets the runtime, such as <c>.NET 10.0.1</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>Gets the operating system, such as <c>Debian GNU/Linux 13 (trixie)</c>.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Gets the architecture of the process, such as <c>X64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets the name of the processor.</summary>
    /// <value><see langword="null"/> if the system does not tell.</value>
    public string? Processor { get; init; }

    /// <summary>Gets the number of processors that the process may use.</summary>
    public int ProcessorCount { get; init; }

    /// <summary>Gets the memory that the process may use, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Gets the names of the graphics processors.</summary>
    /// <value>Empty if there are none, or none whose driver tells.</value>
    public IReadOnlyList<string> Gpus { get; init => field = value ?? []; } = [];

    /// <summary>Gets the name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Gets the versions of the NuGet packages that the program consists of, by name.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Gets the program's assembly and its version, such as <c>Trainer 1.2.0</c>.</summary>
    /// <value><see langword="null"/> if another program hosts the runtime.</value>
    public string? EntryAssembly { get; init; }

    /// <summary>Gets the program's arguments; secrets are masked.</summary>
    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    /// <summary>Gets the settings in the section <c>MlOps</c> and in those of <see cref="TrackingOptions.CapturedSections"/>, by full path; secrets are masked.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}
