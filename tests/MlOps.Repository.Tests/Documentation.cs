using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>The Markdown files that users read, with their code blocks.</summary>
internal static partial class Documentation
{
    /// <summary>Gets the Markdown files below the repository, without benchmark reports and the expected output of tests.</summary>
    public static string[] Files { get; } =
    [
        .. Directory.GetFiles(Repository.Root, "*.md"),
        .. new[] { "src", "samples", "benchmarks", "tests" }
            .SelectMany(static folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories))
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" or "results" or "Cards")),
    ];

    /// <summary>Lists the code blocks in any of some languages as test cases, each named for its file and its number in the file.</summary>
    public static IEnumerable<TestCaseData> Blocks(params string[] languages) =>
        from file in Files
        let name = Path.GetRelativePath(Repository.Root, file)
        from block in Block().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")).Select(static (match, index) => (match.Groups, Number: index + 1))
        where languages.Contains(block.Groups["language"].Value)
        select new TestCaseData(block.Groups["code"].Value).SetArgDisplayNames(name, $"block {block.Number}");

    [GeneratedRegex("^ *```(?<language>\\w+)\\n(?<code>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
