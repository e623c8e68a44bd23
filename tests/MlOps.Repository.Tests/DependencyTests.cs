using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MlOps;

/// <summary>Compares the references of projects and folders with the tables in <c>src/README.md</c>.</summary>
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
        ["MlOps.Monitoring"] = ["MlOps.Core", "MathNet.Numerics", "Parquet.Net"],
        ["MlOps.Reports"] = ["MlOps.Core"],
        ["MlOps.Storage.AzureBlob"] = ["MlOps.Abstractions", "MlOps.Core", "Azure.", "System.IO.Hashing"],
        ["MlOps.Storage.S3"] = ["MlOps.Abstractions", "MlOps.Core", "AWSSDK.", "System.IO.Hashing"],
        ["MlOps.Testing"] = ["MlOps.Abstractions", "NUnit"],
    };

    /// <summary>Gets the folders of Core in the order of the table in <c>src/README.md</c>: a folder uses only those before it.</summary>
    private static string[] Folders { get; } = [.. ReadFirstColumn("## Folders of MlOps.Core")];

    private static IEnumerable<string> Projects => Repository.Projects.Select(Path.GetFileNameWithoutExtension)!;

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_the_projects_and_packages_of_its_layer(string project)
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
            var folder = FolderOf(file);
            if (folder is not null)
            {
                Assert.That(Folders, Contains.Item(folder), $"A new folder needs a row in src/README.md: '{file}'.");

                // Registration code runs only while AddMlOps composes the container. It uses the settings machinery in DependencyInjection and, for
                // Storage, services of higher layers. No other code calls it.
                if (IsRegistration(file))
                {
                    continue;
                }

                var used = UsedNamespace().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value);
                Assert.That(used.Where(name => Array.IndexOf(Folders, name) > Array.IndexOf(Folders, folder)), Is.Empty, file);
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
    public void The_architecture_lists_exactly_the_projects() => Assert.That(ReadFirstColumn("## Projects"), Is.EquivalentTo(Projects));

    [Test]
    public void The_architecture_lists_exactly_the_folders_of_Core() => Assert.That(
        Folders,
        Is.EquivalentTo(Repository.SourceFiles("src/MlOps.Core").Select(FolderOf).OfType<string>().Distinct()));

    /// <summary>Gets the folder of Core that contains a file, or null for a file beside the project.</summary>
    private static string? FolderOf(string file)
    {
        var path = Path.GetRelativePath(Path.Combine(Repository.Root, "src", "MlOps.Core"), file);
        return path.Split(Path.DirectorySeparatorChar) is [var folder, _, ..] ? folder : null;
    }

    /// <summary>Reads the names in the first column of the first table below a heading of <c>src/README.md</c>.</summary>
    private static IEnumerable<string> ReadFirstColumn(string heading) =>
        Repository.Read("src", "README.md").ReplaceLineEndings("\n").Split($"{heading}\n", 2)[1].Split("\n## ")[0].Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split('`')[1]);

    private static bool IsRegistration(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "Registration";

    [GeneratedRegex(@"^using MlOps\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedNamespace();
}
