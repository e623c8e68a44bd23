using System.Text.Json.Serialization;

namespace MlOps.Tracking;

/// <summary>The environment in which a run was executed: code, runtime, machine, packages and settings.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RunEnvironment
{
    [JsonConstructor]
    internal RunEnvironment()
    {
    }

    /// <summary>Gets the state of the git repository that contains the code.</summary>
    /// <value><see langword="null"/> if the program was not in a repository, and neither a setting nor the version of the program names the
    /// commit.</value>
    [JsonInclude]
    public GitState? Git { get; internal init; }

    /// <summary>Gets the .NET runtime, such as <c>.NET 10.0.1</c>.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Runtime { get; internal init; } = "";

    /// <summary>Gets the operating system, such as <c>Debian GNU/Linux 13 (trixie)</c>.</summary>
    [JsonInclude]
    [JsonRequired]
    public string OperatingSystem { get; internal init; } = "";

    /// <summary>Gets the architecture of the process, such as <c>X64</c>.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Architecture { get; internal init; } = "";

    /// <summary>Gets the name of the processor.</summary>
    /// <value><see langword="null"/> if the operating system does not provide the name.</value>
    [JsonInclude]
    public string? Processor { get; internal init; }

    /// <summary>Gets the number of processors that are available to the process.</summary>
    [JsonInclude]
    public int ProcessorCount { get; internal init; }

    /// <summary>Gets the memory that is available to the process, in bytes.</summary>
    [JsonInclude]
    public long Memory { get; internal init; }

    /// <summary>Gets the names of the NVIDIA graphics processors.</summary>
    /// <value>Empty if the machine has none, or if <c>nvidia-smi</c> is not available.</value>
    [JsonInclude]
    public IReadOnlyList<string> Gpus { get; internal init => field = value ?? []; } = [];

    /// <summary>Gets the name of the machine.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Machine { get; internal init; } = "";

    /// <summary>Gets the versions of the NuGet packages of the program, by name.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Packages { get; internal init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <summary>Gets the entry assembly and its version, such as <c>Trainer 1.2.0</c>.</summary>
    /// <value><see langword="null"/> if a native program hosts the runtime.</value>
    [JsonInclude]
    public string? EntryAssembly { get; internal init; }

    /// <summary>Gets the command-line arguments. Secrets are masked.</summary>
    [JsonInclude]
    public IReadOnlyList<string> Arguments { get; internal init => field = value ?? []; } = [];

    /// <summary>Gets the settings in the section <c>MlOps</c> and in the sections of <see cref="TrackingOptions.CapturedSections"/>, by
    /// full path. Secrets are masked.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Settings { get; internal init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();
}
