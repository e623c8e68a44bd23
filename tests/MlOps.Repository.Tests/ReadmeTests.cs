using System.Reflection;
using System.Text.RegularExpressions;

namespace MlOps;

public sealed partial class ReadmeTests
{
    [Test]
    public void Every_telemetry_name_is_in_the_readme()
    {
        var names = typeof(MlOpsDiagnostics).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static field => field.Name != nameof(MlOpsDiagnostics.PathAttribute))
            .Select(static field => (string)field.GetRawConstantValue()!).Distinct();

        Assert.That(names.Where(static name => !Repository.Read("src", "MlOps.Core", "README.md").Contains(name, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_link_to_a_file_or_a_heading_has_a_target()
    {
        foreach (var readme in Documentation.Files)
        {
            var broken = Link().Matches(File.ReadAllText(readme)).Where(link => !HasTarget(readme, link.Groups["file"].Value, link.Groups["heading"].Value));

            Assert.That(broken.Select(static link => link.Value), Is.Empty, readme);
        }
    }

    private static bool HasTarget(string readme, string file, string heading)
    {
        var target = file.Length > 0 ? Path.Combine(Path.GetDirectoryName(readme)!, file) : readme;
        return Path.Exists(target)
            && (heading.Length == 0 || Heading().Matches(File.ReadAllText(target)).Any(match => ToAnchor(match.Groups[1].Value) == heading));
    }

    /// <summary>Converts a heading to its anchor, as GitHub does.</summary>
    private static string ToAnchor(string heading) => Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#]*)(#(?<heading>[^)]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
