using System.Text.RegularExpressions;

namespace MlOps.Testing.Tests.Readme;

/// <summary>The code in README.md of MlOps.Testing is the code of the provider that stands here and passes its tests.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Readme");

    [Test]
    public void Code_of_the_readme_is_code_that_compiles_and_is_tested()
    {
        var sources = string.Join('\n', Directory.GetFiles(s_folder, "*.cs").Select(ReadLines));

        var blocks = CodeBlock().Matches(ReadLines(Path.Combine(s_folder, "README.md"))).Select(static match => match.Groups["code"].Value).ToArray();

        Assert.That(blocks, Has.Length.EqualTo(6));
        Assert.That(blocks, Has.All.Matches<string>(block => sources.Contains(block!, StringComparison.Ordinal)));
    }

    private static string ReadLines(string file) => File.ReadAllText(file).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
