using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Captures the environment of this process for the record of a run.</summary>
/// <remarks>
/// <para>Parts that are missing or do not respond are omitted, with a warning if that is unusual. They do not make the capture fail.</para>
/// <para>Thread-safe. Properties that do not change during the lifetime of the process are read once.</para>
/// </remarks>
/// <param name="options">The settings of experiment tracking.</param>
/// <param name="configuration">The configuration to record; <see langword="null"/> for none.</param>
/// <param name="timeProvider">The clock for the timeouts of other programs.</param>
/// <param name="logger">The logger that receives warnings about omitted parts.</param>
/// <param name="findOwn">Finds the locations to which the library writes; <see langword="null"/> for none.</param>
internal sealed partial class EnvironmentCapture(
    TrackingOptions options, IConfiguration? configuration, TimeProvider timeProvider, ILogger logger, Func<IReadOnlyList<OwnFiles>>? findOwn = null)
{
    private static readonly string? s_entryVersion =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
    private int _warnedOfNoCommit;
    private readonly GitReader _git = new(options.MaxDiffSize, timeProvider, logger, findOwn);

    /// <summary>Gets the version of the program. Its build metadata contains the commit if <c>SourceRevisionId</c> was set.</summary>
    internal string? EntryVersion { get; init; } = s_entryVersion;

    /// <summary>Captures the current environment.</summary>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    public async Task<CapturedEnvironment> CaptureAsync(CancellationToken cancellationToken)
    {
        var machineTask = MachineInfo.GetAsync(timeProvider).WaitAsync(cancellationToken);
        var (git, diff) = options.CaptureGit ? await ReadGitAsync(cancellationToken).ConfigureAwait(false) : default;
        var machineInfo = await machineTask.ConfigureAwait(false);
        var environment = new RunEnvironment
        {
            Git = git,
            Runtime = RuntimeInformation.FrameworkDescription,
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Processor = machineInfo.Processor,
            ProcessorCount = System.Environment.ProcessorCount,
            Memory = machineInfo.Memory,
            Gpus = machineInfo.Gpus,
            Machine = System.Environment.MachineName,
            Packages = ProgramPackages.All,
            EntryAssembly = DescribeEntryAssembly(),
            Arguments = SecretMask.MaskArguments(System.Environment.GetCommandLineArgs()[1..]),
            Settings = ReadSettings(),
        };
        return new CapturedEnvironment(environment, diff);
    }

    /// <summary>Reads the commit from the settings, the repository of the current folder, the repository of the program, or the version of
    /// the program.</summary>
    private async Task<(GitState? State, byte[]? Diff)> ReadGitAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(options.GitCommit))
        {
            return (new GitState { Commit = options.GitCommit, Branch = string.IsNullOrEmpty(options.GitBranch) ? null : options.GitBranch }, null);
        }

        // A program is often started from a folder outside its repository. The repository then contains the files of the program.
        foreach (var folder in new[] { System.Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            var found = await _git.ReadAsync(folder, cancellationToken).ConfigureAwait(false);
            if (found.State is not null)
            {
                return found;
            }
        }

        if (EntryVersion?.Split('+', 2) is [_, var commit] && Commit().IsMatch(commit))
        {
            return (new GitState { Commit = commit }, null);
        }

        if (Interlocked.Exchange(ref _warnedOfNoCommit, 1) == 0)
        {
            LogNoCommit();
        }

        return default;
    }

    /// <summary>Reads the settings in sorted order, so that equal settings have equal content.</summary>
    private SortedDictionary<string, string> ReadSettings()
    {
        var settings = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase); // configuration keys are case-insensitive
        foreach (var section in options.CapturedSections.Prepend(MlOpsOptions.SectionName))
        {
            foreach (var (key, value) in configuration?.GetSection(section).AsEnumerable() ?? [])
            {
                if (value is not null)
                {
                    settings[key] = SecretMask.MaskSetting(key, value);
                }
            }
        }

        return settings;
    }

    private static string? DescribeEntryAssembly()
    {
        if (Assembly.GetEntryAssembly() is not { } assembly)
        {
            return null;
        }

        // The build metadata after the plus sign is recorded as the commit.
        var version = s_entryVersion?.Split('+')[0] ?? assembly.GetName().Version?.ToString();
        return $"{assembly.GetName().Name} {version}".TrimEnd();
    }

    [GeneratedRegex("^([0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();

    [LoggerMessage(524, LogLevel.Warning,
        "Runs are recorded without a commit, because there is no git repository and the version of the program contains no commit. "
        + "Set MlOps:Tracking:GitCommit, build with the property SourceRevisionId, or set MlOps:Tracking:CaptureGit to false.")]
    private partial void LogNoCommit();
}
