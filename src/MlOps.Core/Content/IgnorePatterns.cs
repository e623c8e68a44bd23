using Microsoft.Extensions.FileSystemGlobbing;

namespace MlOps.Content;

/// <summary>Recognizes the files and folders that are left out.</summary>
internal sealed class IgnorePatterns
{
    private readonly Matcher? _matcher;

    /// <param name="patterns">The patterns. One without a slash, apart from the last character, holds in every folder.</param>
    /// <param name="parameter">The name of the parameter with the patterns, for messages.</param>
    /// <exception cref="ArgumentException">A pattern is not valid.</exception>
    public IgnorePatterns(IReadOnlyList<string> patterns, string parameter)
    {
        if (patterns.Count == 0)
        {
            return;
        }

        _matcher = new Matcher(StringComparison.OrdinalIgnoreCase);
        foreach (var pattern in patterns)
        {
            var trimmed = pattern?.TrimEnd('/');
            if (string.IsNullOrWhiteSpace(trimmed) || trimmed.StartsWith('/') || trimmed.Contains('\\', StringComparison.Ordinal)
                || trimmed.Split('/').Contains(".."))
            {
                throw new ArgumentException(
                    $"'{pattern}' is not a pattern of files to ignore. Give a path below the folder with '/' between segments, "
                    + "in which '*' stands for any characters of a segment and '**' for any folders, such as '*.tmp', '.git' or 'raw/**/*.log'.",
                    parameter);
            }

            _matcher.AddInclude(trimmed.Contains('/', StringComparison.Ordinal) ? trimmed : $"**/{trimmed}");
        }
    }

    /// <summary>Determines whether a file, or a folder with all that is below it, is left out.</summary>
    /// <param name="path">The path below the folder that was given.</param>
    public bool Contains(string path) => _matcher?.Match(path).HasMatches == true;
}
