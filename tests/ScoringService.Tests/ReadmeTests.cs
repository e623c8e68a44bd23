using System.Text.RegularExpressions;

namespace ScoringService;

public sealed partial class ReadmeTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "sample");

    [TestCase("csharp", "Program.cs")]
    [TestCase("json", "appsettings.json")]
    public void What_the_README_shows_is_what_the_sample_has(string language, string file)
    {
        var source = Bare(File.ReadAllText(Path.Combine(s_folder, file)));

        var blocks = Blocks().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md")))
            .Where(block => block.Groups["language"].Value == language).Select(static block => Bare(block.Groups["code"].Value)).ToArray();

        Assert.That(blocks, Is.Not.Empty);
        Assert.That(blocks.Where(block => !source.Contains(block, StringComparison.Ordinal)), Is.Empty);
    }

    private static string Bare(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
