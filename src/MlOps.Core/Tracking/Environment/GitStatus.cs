using System.Collections.Immutable;

namespace MlOps.Tracking;

/// <summary>The output of <c>git status --porcelain=v2 --branch -z</c>.</summary>
/// <param name="Upstream">The branch of a remote that it follows, such as <c>origin/main</c>.</param>
/// <param name="HasChanges">Whether files that git knows differ from the commit.</param>
/// <param name="Untracked">The files that git does not know; a folder without any that it knows is one entry that ends in <c>/</c>.</param>
/// <seealso href="https://git-scm.com/docs/git-status#_porcelain_format_version_2">The format.</seealso>
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
                isSource = false; // the second path of a renamed file
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
