using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Describes what this process runs in, for the record of a run.</summary>
/// <remarks>
/// <para>Nothing that is missing or does not answer fails a capture: it is left out, and a debug line says why.</para>
/// <para>Thread-safe. What cannot change while a process lives is found out once.</para>
/// </remarks>
/// <param name="options">What to capture.</param>
/// <param name="configuration">The settings; <see langword="null"/> for none.</param>
/// <param name="timeProvider">The clock of how long other programs may take.</param>
/// <param name="logger">Told what was left out.</param>
/// <param name="findOwn">Finds the places where the library itself writes; <see langword="null"/> for none.</param>
internal sealed class EnvironmentCapture(
    TrackingOptions options, IConfiguration? configuration, TimeProvider timeProvider, ILogger logger, Func<IReadOnlyList<OwnFiles>>? findOwn = null)
{
    private readonly GitReader _git = new(options.MaxDiffSize, timeProvider, logger, findOwn);

    /// <summary>Captures the present surroundings.</summary>
    /// <param name="cancellationToken">Cancels the capture.</param>
    public async Task<CapturedEnvironment> CaptureAsync(CancellationToken cancellationToken)
    {
        var machine = MachineFacts.GetAsync(timeProvider).WaitAsync(cancellationToken);
        var (git, diff) = options.CaptureGit ? await ReadGitAsync(cancellationToken).ConfigureAwait(false) : default;
        var facts = await machine.ConfigureAwait(false);
        var environment = new RunEnvironment
        {
            Git = git,
            Runtime = RuntimeInformation.FrameworkDescription,
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Processor = facts.Processor,
            ProcessorCount = System.Environment.ProcessorCount,
            Memory = facts.Memory,
            Gpus = facts.Gpus,
            Machine = System.Environment.MachineName,
            Packages = ProgramPackages.All,
            EntryAssembly = DescribeEntryAssembly(),
            Arguments = SecretMask.MaskArguments(System.Environment.GetCommandLineArgs()[1..]),
            Settings = ReadSettings(),
        };
        return new CapturedEnvironment(environment, diff);
    }

    /// <summary>A program is often started elsewhere than in its repository, which then is around its files.</summary>
    private async Task<(GitState? State, byte[]? Diff)> ReadGitAsync(CancellationToken cancellationToken)
    {
        var found = await _git.ReadAsync(System.Environment.CurrentDirectory, cancellationToken).ConfigureAwait(false);
        return found.State is null ? await _git.ReadAsync(AppContext.BaseDirectory, cancellationToken).ConfigureAwait(false) : found;
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

        // What follows a plus sign is the commit, which is recorded with its repository.
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString();
        return $"{assembly.GetName().Name} {version}".TrimEnd();
    }
}
