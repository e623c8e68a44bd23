using System.Text;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Reads the state of a git repository by asking git.</summary>
/// <param name="maxDiffSize">The largest difference that is kept, in bytes.</param>
/// <param name="timeProvider">The clock of how long git may take.</param>
/// <param name="logger">Told why nothing was read.</param>
/// <param name="findOwn">Finds the places where the library itself writes, whose files are no code; <see langword="null"/> for none.</param>
internal sealed partial class GitReader(int maxDiffSize, TimeProvider timeProvider, ILogger logger, Func<IReadOnlyList<OwnFiles>>? findOwn = null)
{
    /// <summary>The number of paths that one call of git takes, well below the length of a command line.</summary>
    private const int PathsPerCall = 200;

    /// <summary>How long git may take for all that is asked of it.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    /// <summary>Reads the state of the repository that a folder is in.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The state, and the bytes of its difference; nothing if there is no repository, no commit in it, or no git.</returns>
    public async Task<(GitState? State, byte[]? Diff)> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var status = await AskAsync(folder, ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=normal"], either.Token).ConfigureAwait(false);
            if (GitStatus.Parse(status) is not { Commit: { } commit } parsed)
            {
                LogNoCommit(folder);
                return default;
            }

            var remote = FindRemote(await AskAsync(folder, ["config", "--list"], either.Token).ConfigureAwait(false), parsed.Upstream);
            var diff = parsed.HasChanges ? await ReadDiffAsync(folder, either.Token).ConfigureAwait(false) : null;
            var untracked = parsed.Untracked.IsEmpty ? [] : await FindOthersAsync(folder, parsed.Untracked, either.Token).ConfigureAwait(false);
            var state = new GitState
            {
                Commit = commit,
                Branch = parsed.Branch,
                Remote = remote,
                IsDirty = parsed.HasChanges || untracked.Count > 0,
                UntrackedFiles = [.. untracked.Order(StringComparer.Ordinal).Take(GitState.MaxUntrackedFiles)],
                Diff = diff is null ? null : Sha256Digest.Of(diff),
            };
            return (state, diff);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogTimedOut(folder, s_timeout);
            return default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogLeftOut(folder, exception.Message);
            return default;
        }
    }

    /// <summary>Finds the address of the remote that the branch follows, of <c>origin</c>, or of the only one.</summary>
    private static string? FindRemote(string config, string? upstream)
    {
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in config.Split('\n'))
        {
            if (line.Split('=', 2) is [var key, var value] && key.StartsWith("remote.", StringComparison.Ordinal) && key.EndsWith(".url", StringComparison.Ordinal))
            {
                addresses.TryAdd(key["remote.".Length..^".url".Length], value);
            }
        }

        var followed = addresses.Keys.FirstOrDefault(name => upstream?.StartsWith(name + "/", StringComparison.Ordinal) == true);
        var address = followed is not null ? addresses[followed] : addresses.GetValueOrDefault("origin") ?? addresses.Values.FirstOrDefault();
        return address is null ? null : SecretMask.StripCredentials(address);
    }

    /// <summary>Finds the untracked files that the library did not write itself.</summary>
    private async Task<IReadOnlyCollection<string>> FindOthersAsync(string folder, IReadOnlyCollection<string> entries, CancellationToken cancellationToken)
    {
        if (findOwn?.Invoke() is not { Count: > 0 } own)
        {
            return entries;
        }

        var top = (await AskAsync(folder, ["rev-parse", "--show-toplevel"], cancellationToken).ConfigureAwait(false)).TrimEnd('\n', '\r');
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

        // Of a folder that was divided, git leaves out what it ignores, and empty folders.
        foreach (var paths in parts.Chunk(PathsPerCall))
        {
            string[] arguments = ["--literal-pathspecs", "status", "--porcelain=v2", "-z", "--untracked-files=normal", "--", .. paths];
            others.UnionWith(GitStatus.Parse(await AskAsync(top, arguments, cancellationToken).ConfigureAwait(false)).Untracked);
        }

        return others;
    }

    /// <summary>A person's settings of git change how a difference looks; these are what <c>git apply</c> takes.</summary>
    private async Task<byte[]?> ReadDiffAsync(string folder, CancellationToken cancellationToken)
    {
        string[] arguments =
            ["-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "diff", "HEAD", "--binary", "--no-relative", "--no-color", "--no-ext-diff", "--no-textconv"];
        var diff = await ProgramOutput.ReadAsync("git", arguments, folder, maxDiffSize, cancellationToken).ConfigureAwait(false);
        if (!diff.IsComplete)
        {
            LogDiffTooLarge(folder, maxDiffSize);
        }

        return diff is { IsComplete: true, Bytes.Length: > 0 } ? diff.Bytes : null;
    }

    private static async Task<string> AskAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await ProgramOutput.ReadAsync("git", arguments, folder, cancellationToken: cancellationToken).ConfigureAwait(false)).Bytes);

    [LoggerMessage(520, LogLevel.Debug, "The state of the git repository of '{Folder}' is not recorded: {Reason}")]
    private partial void LogLeftOut(string folder, string reason);

    [LoggerMessage(523, LogLevel.Warning, "The state of the git repository of '{Folder}' is not recorded: git did not answer within {Timeout}. Exclude large untracked folders by .gitignore, or set MlOps:Tracking:CaptureGit to false.")]
    private partial void LogTimedOut(string folder, TimeSpan timeout);

    [LoggerMessage(521, LogLevel.Debug, "The state of the git repository of '{Folder}' is not recorded: it has no commit.")]
    private partial void LogNoCommit(string folder);

    [LoggerMessage(522, LogLevel.Debug, "The difference to the commit in '{Folder}' is not kept: it has more than {MaxSize} bytes, the limit that MlOps:Tracking:MaxDiffSize sets.")]
    private partial void LogDiffTooLarge(string folder, int maxSize);
}
