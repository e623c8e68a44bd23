using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Reads the state of a git repository with the git command.</summary>
/// <param name="maxDiffSize">The maximum size of the patch, in bytes.</param>
/// <param name="timeProvider">The clock for the timeouts of git.</param>
/// <param name="logger">The logger that receives warnings about omitted parts.</param>
/// <param name="findOwn">Finds the locations to which the library writes, whose files are ignored; <see langword="null"/> for none.</param>
internal sealed partial class GitReader(int maxDiffSize, TimeProvider timeProvider, ILogger logger, Func<IReadOnlyList<OwnFiles>>? findOwn = null)
{
    /// <summary>The maximum number of paths in one git command, which keeps the command line below the length limit.</summary>
    private const int PathsPerCall = 200;

    /// <summary>The timeout for the commit, the branch and the remote together, and for the files.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    /// <summary>Reads the state of the repository that contains a folder. Parts that cannot be read are omitted with a warning.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The state and the patch; null values if there is no repository, git is not installed, or the commit cannot be
    /// read.</returns>
    public async Task<(GitState? State, byte[]? Diff)> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        using var nameDeadline = new Deadline(timeProvider, cancellationToken);
        var commit = await TryRunGitAsync("commit", folder, ["rev-parse", "--verify", "HEAD"], nameDeadline).ConfigureAwait(false);
        if (commit is null)
        {
            return default;
        }

        var branch = await TryRunGitAsync("branch", folder, ["branch", "--show-current"], nameDeadline).ConfigureAwait(false);
        var config = await TryRunGitAsync("remote", folder, ["config", "--list"], nameDeadline).ConfigureAwait(false);
        using var fileDeadline = new Deadline(timeProvider, cancellationToken);
        var diffTask = TryAsync("patch", folder, () => ReadDiffAsync(folder, fileDeadline.Token), fileDeadline);
        string[] statusArguments = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=normal"];
        var statusTask = TryRunGitAsync("list of changed files", folder, statusArguments, fileDeadline);
        await Task.WhenAll(diffTask, statusTask).ConfigureAwait(false);
        var (diff, isAltered) = await diffTask.ConfigureAwait(false);
        var changes = await statusTask.ConfigureAwait(false);
        var status = changes is null ? null : GitStatus.Parse(changes);
        var untracked = status is null ? null
            : status.Untracked.IsEmpty ? []
            : await TryAsync("list of untracked files", folder, () => FindOthersAsync(folder, status.Untracked, fileDeadline.Token), fileDeadline)
                .ConfigureAwait(false);
        var state = new GitState
        {
            Commit = commit.TrimEnd(),
            Branch = branch?.TrimEnd() is { Length: > 0 } name ? name : null,
            Remote = config is null ? null : FindRemote(config, status?.Upstream),
            IsDirty = status?.HasChanges == true || untracked?.Count > 0 || diff is not null ? true : untracked is null ? null : false,
            UntrackedFiles = [.. (untracked ?? []).Order(StringComparer.Ordinal).Take(GitState.MaxUntrackedFiles)],
            Diff = diff is null ? null : Sha256Digest.Of(diff),
            IsDiffAltered = isAltered,
        };
        return (state, diff);
    }

    /// <summary>Runs a git command that reads a part of the state.</summary>
    /// <returns>The output, or <see langword="null"/> if the command failed.</returns>
    private Task<string?> TryRunGitAsync(string part, string folder, IReadOnlyList<string> arguments, Deadline deadline) =>
        TryAsync<string?>(part, folder, async () => await RunGitAsync(folder, arguments, deadline.Token).ConfigureAwait(false), deadline);

    private async Task<T?> TryAsync<T>(string part, string folder, Func<Task<T>> read, Deadline deadline)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!deadline.CallerToken.IsCancellationRequested)
        {
            LogTimedOut(part, folder, s_timeout);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (exception.InnerException is Win32Exception || exception.Message.Contains("not a git repository", StringComparison.Ordinal))
            {
                LogNoRepository(folder, exception.Message);
            }
            else if (exception.Message.Contains("Needed a single revision", StringComparison.Ordinal))
            {
                LogLeftOut(part, folder, "The repository has no commit.");
            }
            else
            {
                LogLeftOut(part, folder, exception.Message);
            }
        }

        return default;
    }

    /// <summary>Finds the URL of the remote that the branch tracks, of <c>origin</c>, or of the first remote.</summary>
    private static string? FindRemote(string config, string? upstream)
    {
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in config.Split('\n'))
        {
            if (line.Split('=', 2) is [var key, var value]
                && key.StartsWith("remote.", StringComparison.Ordinal) && key.EndsWith(".url", StringComparison.Ordinal))
            {
                addresses.TryAdd(key["remote.".Length..^".url".Length], value);
            }
        }

        var followed = addresses.Keys.FirstOrDefault(name => upstream?.StartsWith(name + "/", StringComparison.Ordinal) == true);
        var address = followed is not null ? addresses[followed] : addresses.GetValueOrDefault("origin") ?? addresses.Values.FirstOrDefault();
        return address is null ? null : SecretMask.StripCredentials(address);
    }

    /// <summary>Finds the untracked files that the library did not write.</summary>
    private async Task<IReadOnlyCollection<string>> FindOthersAsync(string folder, IReadOnlyCollection<string> entries, CancellationToken cancellationToken)
    {
        if (findOwn?.Invoke() is not { Count: > 0 } own)
        {
            return entries;
        }

        var top = (await RunGitAsync(folder, ["rev-parse", "--show-toplevel"], cancellationToken).ConfigureAwait(false)).TrimEnd('\n', '\r');
        var files = new UntrackedFiles(top, own);
        var (others, parts) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var entry in entries)
        {
            var found = files.FindOthers(entry).ToArray();
            if (found is [var only] && only == entry)
            {
                others.Add(entry);
            }
            else
            {
                parts.AddRange(found);
            }
        }

        // The parts of a split folder can be empty or ignored, so git filters them again.
        foreach (var paths in parts.Chunk(PathsPerCall))
        {
            string[] arguments = ["--literal-pathspecs", "status", "--porcelain=v2", "-z", "--untracked-files=normal", "--", .. paths];
            others.UnionWith(GitStatus.Parse(await RunGitAsync(top, arguments, cancellationToken).ConfigureAwait(false)).Untracked);
        }

        return others;
    }

    /// <summary>Reads the patch of uncommitted changes in the format of <c>git apply</c>, independently of the git settings of the user.
    /// Secrets are masked.</summary>
    /// <returns>The patch, if there is one, and a value indicating whether it is masked or truncated.</returns>
    private async Task<(byte[]? Diff, bool IsAltered)> ReadDiffAsync(string folder, CancellationToken cancellationToken)
    {
        if (maxDiffSize == 0)
        {
            return default;
        }

        string[] arguments =
        [
            "-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false",
            "diff", "HEAD", "--binary", "--no-relative", "--no-color", "--no-ext-diff", "--no-textconv",
        ];
        var output = await ProgramOutput.ReadAsync("git", arguments, folder, maxDiffSize, cancellationToken).ConfigureAwait(false);
        var (diff, isMasked) = DiffMask.Mask(output.IsComplete ? output.Bytes : output.Bytes[..(output.Bytes.AsSpan().LastIndexOf((byte)'\n') + 1)]);
        var notes = "";
        if (isMasked)
        {
            notes += $"# Secrets are masked as '{SecretMask.Mask}'. This patch cannot be applied.\n";
        }

        if (!output.IsComplete)
        {
            LogDiffTruncated(folder, maxDiffSize);
            notes += string.Create(
                CultureInfo.InvariantCulture,
                $"# Only the first {maxDiffSize} bytes are recorded (MlOps:Tracking:MaxDiffSize). This patch cannot be applied.\n");
        }

        return diff.Length + notes.Length == 0 ? default : (notes.Length == 0 ? diff : [.. Encoding.UTF8.GetBytes(notes), .. diff], notes.Length > 0);
    }

    private static async Task<string> RunGitAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = await ProgramOutput.ReadAsync("git", arguments, folder, cancellationToken: cancellationToken).ConfigureAwait(false);
        return output.IsComplete
            ? Encoding.UTF8.GetString(output.Bytes)
            : throw new IOException($"'git {arguments[0]}' printed more than {output.Bytes.Length} bytes.");
    }

    [LoggerMessage(520, LogLevel.Warning,
        "The {Part} of the git repository of '{Folder}' is not recorded: {Reason} "
        + "Repair the repository, set MlOps:Tracking:GitCommit, or set MlOps:Tracking:CaptureGit to false.")]
    private partial void LogLeftOut(string part, string folder, string reason);

    [LoggerMessage(523, LogLevel.Warning,
        "The {Part} of the git repository of '{Folder}' is not recorded, because git did not respond within {Timeout}. "
        + "Exclude large untracked folders with .gitignore, or set MlOps:Tracking:CaptureGit to false.")]
    private partial void LogTimedOut(string part, string folder, TimeSpan timeout);

    [LoggerMessage(521, LogLevel.Debug, "There is no git repository at '{Folder}', or git is not installed: {Reason}")]
    private partial void LogNoRepository(string folder, string reason);

    [LoggerMessage(522, LogLevel.Warning,
        "Only the first {MaxSize} bytes of the uncommitted changes in '{Folder}' are recorded. "
        + "Commit changes before you start a run, or increase MlOps:Tracking:MaxDiffSize.")]
    private partial void LogDiffTruncated(string folder, int maxSize);

    /// <summary>Combines a timeout with the token of the caller.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _timeout;
        private readonly CancellationTokenSource _either;

        public Deadline(TimeProvider timeProvider, CancellationToken callerToken)
        {
            CallerToken = callerToken;
            _timeout = new CancellationTokenSource(s_timeout, timeProvider);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, callerToken);
        }

        public CancellationToken CallerToken { get; }

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            _timeout.Dispose();
        }
    }
}
