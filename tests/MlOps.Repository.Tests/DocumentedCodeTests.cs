using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>Compares the C# of the documentation with the tests and samples, so that every block compiles.</summary>
public sealed partial class DocumentedCodeTests
{
    private static readonly Lazy<string[][]> s_compiled = new(static () =>
    [
        .. new[] { "tests", "samples" }.SelectMany(Repository.SourceFiles).Select(static file => Lines(File.ReadAllText(file))),
    ]);

    private static IEnumerable<TestCaseData> Blocks => Documentation.Blocks("csharp");

    [TestCaseSource(nameof(Blocks))]
    public void Every_block_of_CSharp_is_part_of_a_test_or_a_sample(string code) =>
        Assert.That(
            FindMissing(code), Is.Empty, "Add the code to a test, such as Guides/GuideTests.cs. Indentation, empty lines and access modifiers may differ.");

    [Test]
    public void A_block_that_no_file_contains_is_found() =>
        Assert.That(FindMissing("var store = new InMemoryArtifactStore();\nawait store.NoSuchMethodAsync();\n"), Is.Not.Empty);

    /// <summary>Finds the parts of a block that no compiled file contains as consecutive lines, together with the using directives of the block.</summary>
    private static string[] FindMissing(string code)
    {
        var usings = Lines(code).Where(static line => Using().IsMatch(line)).ToArray();
        return IsCompiled(code, usings) ? [] : [.. Parts().Split(code).Where(part => !IsCompiled(part, usings))];
    }

    private static bool IsCompiled(string code, string[] usings)
    {
        var lines = Lines(code).Where(line => !usings.Contains(line)).ToArray();
        return s_compiled.Value.Any(file => usings.All(file.Contains) && file.AsSpan().IndexOf(lines) >= 0);
    }

    /// <summary>Splits code into lines, without indentation, empty lines and access modifiers.</summary>
    private static string[] Lines(string code) =>
        [.. code.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static line => Access().Replace(line, ""))];

    [GeneratedRegex("^(public|internal|private) ")]
    private static partial Regex Access();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex Using();

    /// <summary>Matches the empty line before a type, because each type is in a file of its own.</summary>
    [GeneratedRegex(@"\n\n(?=public )")]
    private static partial Regex Parts();
}
