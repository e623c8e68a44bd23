using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Describes what this process runs in, for the record of a run.</summary>
/// <remarks>
/// <para>A part that is missing or does not answer fails no capture: it is left out, with a warning if that is not usual.</para>
/// <para>Thread-safe. What cannot change while a process lives is found out once.</para>
/// </remarks>
/// <param name="options">What to capture.</param>
/// <param name="configuration">The settings; <see langword="null"/> for none.</param>
/// <param name="timeProvider">The clock of how long other programs may take.</param>
/// <param name="logger">Told what was left out.</param>
/// <param name="findOwn">Finds the places where the library itself writes; <see langword="null"/> for none.</param>
internal sealed partial class EnvironmentCapture(
    TrackingOptions options, IConfiguration? configuration, TimeProvider timeProvider, ILogger logger, Func<IReadOnlyList<OwnFiles>>? findOwn = null)
{
    private static readonly string? s_entryVersion =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
    private int _warnedOfNoCommit;
    private readonly GitReader _git = new(options.MaxDiffSize, timeProvider, logger, findOwn);

    /// <summary>Gets the version of the program, whose build metadata is the commit if <c>SourceRevisionId</c> was set.</summary>
    internal string? EntryVersion { get; init; } = s_entryVersion;

    /// <summary>Captures the present surroundings.</summary>
    /// <param name="cancellationToken">Cancels the capture.</param>
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

    /// <summary>Reads the commit from the setting, the repository of the current folder, that of the program, or the version of the program.</summary>
    private async Task<(GitState? State, byte[]? Diff)> ReadGitAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(options.GitCommit))
        {
            return (new GitState { Commit = options.GitCommit, Branch = string.IsNullOrEmpty(options.GitBranch) ? null : options.GitBranch }, null);
        }

        // A program is often started elsewhere than in its repository, which then is around its files.
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

    /// <summary>In order, as equal settings must have equal bytes.</summary>
    private SortedDictionary<string, string> ReadSettings()
    {
        var settings = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase); // as keys of the configuration
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

        // The commit after the plus sign is recorded with the repository.
        var version = s_entryVersion?.Split('+')[0] ?? assembly.GetName().Version?.ToString();
        return $"{assembly.GetName().Name} {version}".TrimEnd();
    }

    [GeneratedRegex("^([0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Commit();

    [LoggerMessage(524, LogLevel.Warning, "Runs are recorded without a commit: there is no git repository, and the version of the program names no commit. "
        + "Set MlOps:Tracking:GitCommit, or build with the property SourceRevisionId, or set MlOps:Tracking:CaptureGit to false.")]
    private partial void LogNoCommit();
}
