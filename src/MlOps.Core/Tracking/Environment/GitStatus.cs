using System.Collections.Immutable;

namespace MlOps.Tracking;

/// <summary>The parsed output of <c>git status --porcelain=v2 --branch -z</c>.</summary>
/// <param name="Upstream">The remote branch that the branch tracks, such as <c>origin/main</c>.</param>
/// <param name="HasChanges">Whether tracked files differ from the commit.</param>
/// <param name="Untracked">The untracked files. A folder without tracked files is one entry that ends in <c>/</c>.</param>
/// <seealso href="https://git-scm.com/docs/git-status#_porcelain_format_version_2">The documentation of the format.</seealso>
internal sealed record GitStatus(string? Upstream, bool HasChanges, ImmutableList<string> Untracked)
{
    public static GitStatus Parse(string text)
    {
        var status = new GitStatus(null, false, []);
        var isSource = false;
        foreach (var line in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (isSource)
            {
                isSource = false; // the original path of a renamed file
                continue;
            }

            status = line.Split(' ', 3) switch
            {
                ["#", "branch.upstream", var upstream] => status with { Upstream = upstream },
                ["#", ..] => status,
                ["?", ..] => status with { Untracked = status.Untracked.Add(line[2..]) },
                _ => status with { HasChanges = true },
            };
            isSource = line.StartsWith("2 ", StringComparison.Ordinal);
        }

        return status;
    }
}
