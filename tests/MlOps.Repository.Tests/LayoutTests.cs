namespace MlOps;

public sealed class LayoutTests
{
    private static readonly string[] s_vagueNames = ["Common", "Helpers", "Utils", "Interfaces", "Misc"];

    [Test]
    public void Every_file_in_src_has_at_most_400_lines() =>
        Assert.That(Repository.SourceFiles("src").Where(static file => File.ReadLines(file).Count() > 400), Is.Empty);

    [Test]
    public void No_folder_has_a_vague_name() =>
        Assert.That(Repository.SourceFiles("src").Where(static file => file.Split(Path.DirectorySeparatorChar).Intersect(s_vagueNames).Any()), Is.Empty);

    [Test]
    public void Every_package_has_a_readme_and_lists_its_public_API()
    {
        foreach (var folder in Repository.Projects.Select(Path.GetDirectoryName))
        {
            Assert.That(Path.Combine(folder!, "README.md"), Does.Exist);
            Assert.That(Path.Combine(folder!, "PublicAPI.Unshipped.txt"), Does.Exist);
        }
    }

    [Test]
    public void No_test_is_ignored_or_explicit_by_attribute() =>
        Assert.That(
            Repository.SourceFiles("tests").Where(static file => !file.EndsWith("LayoutTests.cs", StringComparison.Ordinal))
                .Where(static file => File.ReadAllText(file) is var text
                    && (text.Contains("[Ignore", StringComparison.Ordinal) || text.Contains("[Explicit", StringComparison.Ordinal))),
            Is.Empty);

    [Test]
    public void Each_kind_of_record_has_the_same_set_of_files()
    {
        var kinds = Repository.SourceFiles("src/MlOps.Core")
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(static file => file.Contains("/Records/", StringComparison.Ordinal) && !file.StartsWith("src/MlOps.Core/Records/", StringComparison.Ordinal))
            .GroupBy(static file => Path.GetDirectoryName(file)!)
            .ToList();

        Assert.That(kinds, Has.Count.EqualTo(5));
        foreach (var kind in kinds)
        {
            var names = kind.Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToList();
            var noun = names[0][..^"Event".Length];
            Assert.That(names, Is.EqualTo([$"{noun}Event", $"{noun}EventKind", $"{noun}Fold", $"{noun}Records", $"{noun}State"]), kind.Key);
        }
    }
}
