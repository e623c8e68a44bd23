using MlOps.Storage;

namespace MlOps.Tracking;

public sealed class RunDifferencesTests
{
    private static readonly Sha256Digest s_patch = Sha256Digest.Of("patch"u8);
    private static readonly Sha256Digest s_other = Sha256Digest.Of("other"u8);

    [Test]
    public void Equal_surroundings_have_no_difference() => Assert.That(RunDifferences.Compare(Create(Git("a", true, s_patch)), Create(Git("a", true, s_patch))), Is.Empty);

    [Test]
    public void Packages_are_added_removed_and_changed_back()
    {
        var recorded = Create(packages: new() { ["CsvHelper"] = "33.0.1", ["NUnit"] = "5.0.0", ["Gone"] = "1.0.0" });
        var present = Create(packages: new() { ["CsvHelper"] = "33.1.0", ["NUnit"] = "5.0.0", ["New"] = "2.0.0" });

        Assert.That(RunDifferences.Compare(recorded, present), Is.EquivalentTo([
            new RunDifference(RunDifferenceKind.Package, "CsvHelper", "33.0.1", "33.1.0", "dotnet add package CsvHelper --version 33.0.1"),
            new RunDifference(RunDifferenceKind.Package, "Gone", "1.0.0", null, "dotnet add package Gone --version 1.0.0"),
            new RunDifference(RunDifferenceKind.Package, "New", null, "2.0.0", "dotnet remove package New"),
        ]));
    }

    [Test]
    public void What_it_runs_on_is_compared() => Assert.That(
        RunDifferences.Compare(Create(), new RunEnvironment { Runtime = ".NET 11.0.0", OperatingSystem = "Windows", Architecture = "Arm64", Machine = "elsewhere" })
            .Select(static difference => (difference.Kind, difference.Recorded, difference.Present)),
        Is.EqualTo([(RunDifferenceKind.Runtime, ".NET 10.0.1", ".NET 11.0.0"), (RunDifferenceKind.Architecture, "X64", "Arm64"), (RunDifferenceKind.OperatingSystem, "Debian", "Windows")]));

    [Test]
    public void Another_commit_is_checked_out_again() => Assert.That(
        Compare(Git("aaa"), Git("bbb")), Is.EqualTo([new RunDifference(RunDifferenceKind.Code, "commit", "aaa", "bbb", "git checkout aaa")]));

    [Test]
    public void Code_that_is_in_no_repository_now_is_cloned() => Assert.That(
        Compare(Git("aaa"), null).Single().Remedy, Is.EqualTo("git clone https://example.org/ml.git and git checkout aaa"));

    [Test]
    public void Code_that_was_in_no_repository_is_unknown() => Assert.That(Compare(null, Git("aaa")).Single().Remedy, Does.Contain("nothing tells"));

    [Test]
    public void Changes_of_now_are_put_away() => Assert.That(Compare(Git("a"), Git("a", true, s_patch)).Single(), Has.Property("Name").EqualTo("changes").And.Property("Remedy").EqualTo("git stash --include-untracked"));

    [Test]
    public void Changes_of_then_are_applied() => Assert.That(Compare(Git("a", true, s_patch), Git("a", true, s_other)).Single().Remedy, Does.Contain("ReadDiffAsync").And.Contain("git apply"));

    [Test]
    public void Changes_that_were_not_kept_may_be_any() => Assert.That(Compare(Git("a", true), Git("a", true)).Single().Remedy, Does.Contain("was not kept"));

    [Test]
    public void Untracked_files_are_named_with_the_remedy()
    {
        var recorded = Git("a", true, untracked: ["a.cs", "b.cs", "c.cs", "d.cs", "e.cs", "f.cs", "g.cs"]);

        var difference = Compare(recorded, recorded).Single();

        Assert.That(difference.Recorded, Is.EqualTo("untracked 'a.cs', 'b.cs', 'c.cs', 'd.cs', 'e.cs' and 2 more"));
        Assert.That(difference.Remedy, Does.StartWith("The contents of 'a.cs'").And.Contain(".gitignore"));
    }

    [Test]
    public void Untracked_files_beside_a_patch_are_named_with_the_remedy_of_both()
    {
        var difference = Compare(Git("a", true, s_patch, ["a.cs"]), Git("a")).Single();

        Assert.That((difference.Recorded, difference.Present), Is.EqualTo(($"patch {s_patch} and untracked 'a.cs'", "none")));
        Assert.That(difference.Remedy, Does.Contain("git apply").And.Contain("The contents of 'a.cs' were not kept"));
    }

    [Test]
    public void Untracked_files_of_now_are_put_away() => Assert.That(Compare(Git("a"), Git("a", true, untracked: ["a.cs"])), Is.EqualTo([
        new RunDifference(RunDifferenceKind.Code, "changes", "none", "untracked 'a.cs'", "git stash --include-untracked")]));

    [Test]
    public void Parameters_and_the_seed_are_compared()
    {
        var recorded = new Dictionary<string, string> { ["lr"] = "0.1", ["trees"] = "20" };
        var present = new Dictionary<string, string> { ["lr"] = "0.2", ["depth"] = "3" };

        Assert.That(RunDifferences.CompareParameters(recorded, present), Is.EquivalentTo([
            new RunDifference(RunDifferenceKind.Parameter, "lr", "0.1", "0.2", "Use lr = 0.1."),
            new RunDifference(RunDifferenceKind.Parameter, "trees", "20", null, "Use trees = 20."),
            new RunDifference(RunDifferenceKind.Parameter, "depth", null, "3", "Leave depth out."),
        ]));
        Assert.That(RunDifferences.CompareSeed(1, 2).Single(), Is.EqualTo(new RunDifference(RunDifferenceKind.Seed, "", "1", "2", "Use the seed 1.")));
        Assert.That(RunDifferences.CompareSeed(1, 1), Is.Empty);
    }

    private static IEnumerable<RunDifference> Compare(GitState? recorded, GitState? present) => RunDifferences.Compare(Create(recorded), Create(present));

    private static GitState Git(string commit, bool isDirty = false, Sha256Digest? diff = null, string[]? untracked = null) =>
        new() { Commit = commit, Branch = "trunk", Remote = "https://example.org/ml.git", IsDirty = isDirty, Diff = diff, UntrackedFiles = untracked ?? [] };

    private static RunEnvironment Create(GitState? git = null, Dictionary<string, string>? packages = null) =>
        new() { Git = git, Runtime = ".NET 10.0.1", OperatingSystem = "Debian", Architecture = "X64", Machine = "here", Packages = packages ?? [] };
}
