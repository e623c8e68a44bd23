using MlOps.Storage;

namespace MlOps.Tracking;

public sealed class RunDifferencesTests
{
    private static readonly Sha256Digest s_patch = Sha256Digest.Of("patch"u8);
    private static readonly Sha256Digest s_other = Sha256Digest.Of("other"u8);

    [Test]
    public void Equal_environments_have_no_difference() => Assert.That(
        RunDifferences.Compare(Create(Git("a", true, s_patch)), Create(Git("a", true, s_patch))), Is.Empty);

    [Test]
    public void Added_removed_and_changed_packages_are_reported()
    {
        var recorded = Create(packages: new() { ["CsvHelper"] = "33.0.1", ["NUnit"] = "5.0.0", ["Gone"] = "1.0.0" });
        var current = Create(packages: new() { ["CsvHelper"] = "33.1.0", ["NUnit"] = "5.0.0", ["New"] = "2.0.0" });

        Assert.That(ToText(RunDifferences.Compare(recorded, current)), Is.EquivalentTo([
            "Package CsvHelper: recorded 33.0.1, current 33.1.0. Remedy: dotnet add package CsvHelper --version 33.0.1",
            "Package Gone: recorded 1.0.0, current none. Remedy: dotnet add package Gone --version 1.0.0",
            "Package New: recorded none, current 2.0.0. Remedy: dotnet remove package New",
        ]));
    }

    [Test]
    public void Runtime_architecture_and_operating_system_are_compared()
    {
        var current = new RunEnvironment { Runtime = ".NET 11.0.0", OperatingSystem = "Windows", Architecture = "Arm64", Machine = "elsewhere" };

        Assert.That(
            RunDifferences.Compare(Create(), current).Select(static difference => (difference.Title, difference.Recorded, difference.Current)),
            Is.EqualTo([("Runtime", ".NET 10.0.1", ".NET 11.0.0"), ("Architecture", "X64", "Arm64"), ("Operating system", "Debian", "Windows")]));
    }

    [Test]
    public void The_remedy_for_a_different_commit_is_a_checkout() => Assert.That(
        ToText(Compare(Git("aaa"), Git("bbb"))), Is.EqualTo(["Code commit: recorded aaa, current bbb. Remedy: git checkout aaa"]));

    [Test]
    public void The_remedy_for_a_missing_repository_is_a_clone() => Assert.That(
        Compare(Git("aaa"), null).Single().Remedy, Is.EqualTo("git clone https://example.org/ml.git and git checkout aaa"));

    [Test]
    public void Code_without_a_recorded_commit_cannot_be_identified() => Assert.That(
        Compare(null, Git("aaa")).Single().Remedy, Does.Contain("cannot be identified"));

    [Test]
    public void Current_changes_are_stashed() => Assert.That(
        Compare(Git("a"), Git("a", true, s_patch)).Single(),
        Has.Property("Name").EqualTo("changes").And.Property("Remedy").EqualTo("git stash --include-untracked"));

    [Test]
    public void Recorded_changes_are_applied() => Assert.That(
        Compare(Git("a", true, s_patch), Git("a", true, s_other)).Single().Remedy, Does.Contain("ReadDiffAsync").And.Contain("git apply"));

    [Test]
    public void Changes_that_were_not_recorded_are_reported() => Assert.That(
        Compare(Git("a", true), Git("a", true)).Single().Remedy, Does.Contain("were not recorded"));

    [Test]
    public void Untracked_files_are_in_the_remedy()
    {
        var recorded = Git("a", true, untracked: ["a.cs", "b.cs", "c.cs", "d.cs", "e.cs", "f.cs", "g.cs"]);

        var difference = Compare(recorded, recorded).Single();

        Assert.That(difference.Recorded, Is.EqualTo("untracked 'a.cs', 'b.cs', 'c.cs', 'd.cs', 'e.cs' and 2 more"));
        Assert.That(difference.Remedy, Does.StartWith("The contents of 'a.cs'").And.Contain(".gitignore"));
    }

    [Test]
    public void Untracked_files_and_a_patch_are_both_in_the_remedy()
    {
        var difference = Compare(Git("a", true, s_patch, ["a.cs"]), Git("a")).Single();

        Assert.That((difference.Recorded, difference.Current), Is.EqualTo(($"patch {s_patch} and untracked 'a.cs'", "none")));
        Assert.That(difference.Remedy, Does.Contain("git apply").And.Contain("The contents of 'a.cs' were not recorded"));
    }

    [Test]
    public void Current_untracked_files_are_stashed() => Assert.That(
        ToText(Compare(Git("a"), Git("a", true, untracked: ["a.cs"]))),
        Is.EqualTo(["Code changes: recorded none, current untracked 'a.cs'. Remedy: git stash --include-untracked"]));

    [Test]
    public void Parameters_and_the_seed_are_compared()
    {
        var recorded = new Dictionary<string, string> { ["lr"] = "0.1", ["trees"] = "20" };
        var current = new Dictionary<string, string> { ["lr"] = "0.2", ["depth"] = "3" };

        Assert.That(ToText(RunDifferences.CompareParameters(recorded, current)), Is.EquivalentTo([
            "Parameter lr: recorded 0.1, current 0.2. Remedy: Use lr = 0.1.",
            "Parameter trees: recorded 20, current none. Remedy: Use trees = 20.",
            "Parameter depth: recorded none, current 3. Remedy: Remove the parameter depth.",
        ]));
        Assert.That(ToText(RunDifferences.CompareSeed(1, 2)), Is.EqualTo(["Seed: recorded 1, current 2. Remedy: Use the seed 1."]));
        Assert.That(RunDifferences.CompareSeed(1, 1), Is.Empty);
    }

    private static IEnumerable<RunDifference> Compare(GitState? recorded, GitState? current) =>
        RunDifferences.Compare(Create(recorded), Create(current));

    private static IEnumerable<string> ToText(IEnumerable<RunDifference> differences) => differences.Select(static difference => difference.ToString());

    private static GitState Git(string commit, bool isDirty = false, Sha256Digest? diff = null, string[]? untracked = null) =>
        new() { Commit = commit, Branch = "trunk", Remote = "https://example.org/ml.git", IsDirty = isDirty, Diff = diff, UntrackedFiles = untracked ?? [] };

    private static RunEnvironment Create(GitState? git = null, Dictionary<string, string>? packages = null) =>
        new() { Git = git, Runtime = ".NET 10.0.1", OperatingSystem = "Debian", Architecture = "X64", Machine = "here", Packages = packages ?? [] };
}
