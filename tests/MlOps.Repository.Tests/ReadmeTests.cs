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
    public void Every_link_to_a_file_has_a_target()
    {
        foreach (var readme in Documentation.Files)
        {
            var broken = Link().Matches(File.ReadAllText(readme)).Select(static match => match.Groups[1].Value)
                .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(readme)!, target)));

            Assert.That(broken, Is.Empty, readme);
        }
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Link();
}
