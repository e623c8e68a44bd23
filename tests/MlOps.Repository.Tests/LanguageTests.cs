using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>Rules for the language and the width of source files.</summary>
public sealed partial class LanguageTests
{
    private const int MaxLineLength = 160;

    [Test]
    public void No_summary_begins_with_a_question_word_or_a_verb_of_speech() =>
        Assert.That(
            new[] { "src", "tests", "samples", "benchmarks" }.SelectMany(Repository.SourceFiles)
                .Where(static file => Path.GetFileName(file) != "LanguageTests.cs")
                .SelectMany(FindSummaries),
            Is.Empty);

    [Test]
    public void No_line_is_longer_than_160_characters() =>
        Assert.That(new[] { "src", "tests", "samples", "benchmarks" }.SelectMany(Repository.SourceFiles).SelectMany(FindLongLines), Is.Empty);

    [Test]
    public void Every_public_interface_has_an_example()
    {
        var interfaces = Repository.SourceFiles("src").Where(static file => PublicInterface().IsMatch(File.ReadAllText(file))).ToArray();

        Assert.That(interfaces, Has.Length.AtLeast(15));
        Assert.That(interfaces.Where(static file => !File.ReadAllText(file).Contains("<example>", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("/// <summary>Gets what a run recorded.</summary>", true)]
    [TestCase("/// <summary>\n    /// Tells whether a file exists.\n    /// </summary>", true)]
    [TestCase("/// <summary>Whole numbers.</summary>", false)]
    [TestCase("/// <summary>Gets whether a file exists.</summary>", false)]
    public void A_forbidden_summary_is_found(string text, bool isFound) => Assert.That(ForbiddenSummary().IsMatch(text), Is.EqualTo(isFound));

    private static IEnumerable<string> FindSummaries(string file) =>
        ForbiddenSummary().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(Repository.Root, file)}: {match.Value}");

    private static IEnumerable<string> FindLongLines(string file) => File.ReadLines(file).Index()
        .Where(static line => line.Item.Length > MaxLineLength)
        .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {line.Item.Length} characters");

    [GeneratedRegex(@"<summary>(\s*///)?\s*(Gets (what|who|how|which)|Tells|Says|What|Who|Which)\b", RegexOptions.CultureInvariant)]
    private static partial Regex ForbiddenSummary();

    [GeneratedRegex(@"^public interface I\w+", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PublicInterface();
}
