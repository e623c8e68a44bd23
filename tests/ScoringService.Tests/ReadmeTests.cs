using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ScoringService;

public sealed partial class ReadmeTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "sample");

    [Test]
    public void The_code_in_the_README_is_in_the_sample()
    {
        var source = Bare(File.ReadAllText(Path.Combine(s_folder, "Program.cs")));

        var blocks = Read("csharp").Select(Bare).ToArray();

        Assert.That(blocks, Is.Not.Empty);
        Assert.That(blocks.Where(block => !source.Contains(block, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_settings_in_the_README_are_those_of_the_sample()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(s_folder, "appsettings.json")).Build();

        var shown = Read("json")
            .SelectMany(static block => new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(block))).Build().AsEnumerable())
            .ToArray();

        Assert.That(shown, Is.Not.Empty);
        Assert.That(shown.Where(setting => settings[setting.Key] != setting.Value), Is.Empty);
    }

    private static IEnumerable<string> Read(string language) => Blocks().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md")))
        .Where(block => block.Groups["language"].Value == language).Select(static block => block.Groups["code"].Value);

    private static string Bare(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
