using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MlOps;

/// <summary>Checks the references between projects and between the folders of Core against the table in <c>src/README.md</c>.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] s_analyzers = ["Microsoft.CodeAnalysis."];
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["MlOps.Abstractions"] = [],
        ["MlOps.AspNetCore"] = ["MlOps.Core"],
        ["MlOps.Core"] = ["MlOps.Abstractions", "Microsoft.Extensions."],
        ["MlOps.Datasets.Tabular"] = ["MlOps.Abstractions", "MlOps.Core", "Parquet.Net", "Sylvan.Data.Csv", "System.IO.Hashing"],
        ["MlOps.Models.MLNet"] = ["MlOps.Abstractions", "MlOps.Core", "MlOps.Reports", "Microsoft.ML", "System.Numerics.Tensors"],
        ["MlOps.Models.Onnx"] = ["MlOps.Abstractions", "MlOps.Core", "Microsoft.ML.OnnxRuntime", "System.Numerics.Tensors"],
        ["MlOps.Reports"] = ["MlOps.Core"],
        ["MlOps.Storage.AzureBlob"] = ["MlOps.Abstractions", "MlOps.Core", "Azure.", "System.IO.Hashing"],
        ["MlOps.Storage.S3"] = ["MlOps.Abstractions", "MlOps.Core", "AWSSDK.", "System.IO.Hashing"],
        ["MlOps.Testing"] = ["MlOps.Abstractions", "NUnit"],
    };

    /// <summary>The folders of Core in the order of their layers; a folder uses only the folders before it.</summary>
    private static readonly string[] s_floors =
        ["Storage", "Models", "Documents", "Search", "Content", "Events", "Records", "Metrics", "Maintenance", "Migration", "Datasets", "Validation", "Registry", "Tracking", "Workflows", "Serving", "DependencyInjection"];

    private static IEnumerable<string> Projects => Repository.Projects.Select(Path.GetFileNameWithoutExtension)!;

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_what_its_floor_allows(string project)
    {
        var file = XDocument.Load(Repository.Projects.Single(file => Path.GetFileNameWithoutExtension(file) == project));
        var references = file.Descendants("PackageReference").Select(static item => item.Attribute("Include")!.Value)
            .Concat(file.Descendants("ProjectReference").Select(static item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value)));

        Assert.That(s_allowed, Contains.Key(project), "A new project needs a line in this table and in src/README.md.");
        Assert.That(
            references.Where(reference => !s_allowed[project].Concat(s_analyzers).Any(allowed => reference.StartsWith(allowed, StringComparison.Ordinal))),
            Is.Empty);
    }

    [Test]
    public void A_folder_of_Core_uses_only_folders_of_lower_layers()
    {
        foreach (var file in Repository.SourceFiles("src/MlOps.Core"))
        {
            var folder = Path.GetRelativePath(Path.Combine(Repository.Root, "src", "MlOps.Core"), file).Split(Path.DirectorySeparatorChar) is [var first, _, ..] ? first : null;
            if (folder is not null)
            {
                Assert.That(s_floors, Contains.Item(folder), $"A new folder needs a place in this list and in src/README.md: '{file}'.");

                // Registration code runs only while AddMlOps composes the container. It uses the settings machinery in DependencyInjection and, for
                // Storage, services of higher layers. No other code calls it.
                if (IsRegistration(file))
                {
                    continue;
                }

                var used = UsedNamespace().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value);
                Assert.That(used.Where(name => Array.IndexOf(s_floors, name) > Array.IndexOf(s_floors, folder)), Is.Empty, file);
            }
        }
    }

    [Test]
    public void Abstractions_can_be_implemented_without_a_container()
    {
        var references = typeof(Storage.IArtifactStore).Assembly.GetReferencedAssemblies().Select(static name => name.Name!);

        Assert.That(references.Where(static name => !name.StartsWith("System.", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_architecture_names_every_project() =>
        Assert.That(Projects.Where(static project => !Repository.Read("src", "README.md").Contains($"`{project}`", StringComparison.Ordinal)), Is.Empty);

    private static bool IsRegistration(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "Registration";

    [GeneratedRegex(@"^using MlOps\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedNamespace();
}
