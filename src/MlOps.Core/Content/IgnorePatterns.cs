using Microsoft.Extensions.FileSystemGlobbing;

namespace MlOps.Content;

/// <summary>Matches the files and folders that are excluded.</summary>
internal sealed class IgnorePatterns
{
    private readonly Matcher? _matcher;

    /// <summary>Initializes a new instance of the <see cref="IgnorePatterns"/> class.</summary>
    /// <param name="patterns">The patterns. A pattern without a slash, other than at its end, applies to every folder.</param>
    /// <param name="parameter">The name of the parameter that contains the patterns, for messages.</param>
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
                    $"'{pattern}' is not a valid pattern for files to ignore. Use a path relative to the folder with '/' between segments, such as '*.tmp', "
                    + "'.git' or 'raw/**/*.log'. '*' matches any characters of a segment, and '**' matches any folders.",
                    parameter);
            }

            _matcher.AddInclude(trimmed.Contains('/', StringComparison.Ordinal) ? trimmed : $"**/{trimmed}");
        }
    }

    /// <summary>Determines whether a file, or a folder with its contents, is excluded.</summary>
    /// <param name="path">The path relative to the source folder.</param>
    public bool Contains(string path) => _matcher?.Match(path).HasMatches == true;
}
