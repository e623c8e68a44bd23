using System.Globalization;

namespace MlOps.Tracking;

/// <summary>Finds the differences between a recorded run and the current environment, parameters and seed.</summary>
internal static class RunDifferences
{
    private const int MaxQuotedFiles = 5;

    public static IEnumerable<RunDifference> Compare(RunEnvironment recorded, RunEnvironment current) =>
    [
        .. CompareCode(recorded.Git, current.Git),
        .. ComparePackages(recorded.Packages, current.Packages),
        .. CompareText(
            RunDifferenceKind.Runtime, recorded.Runtime, current.Runtime,
            $"Install {recorded.Runtime}, and select it with RuntimeFrameworkVersion in the project file."),
        .. CompareText(
            RunDifferenceKind.Architecture, recorded.Architecture, current.Architecture,
            $"Run on {recorded.Architecture}. Floating-point results can differ between architectures."),
        .. CompareText(
            RunDifferenceKind.OperatingSystem, recorded.OperatingSystem, current.OperatingSystem,
            $"Run on {recorded.OperatingSystem}, for example in a container."),
    ];

    public static IEnumerable<RunDifference> CompareParameters(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> current) =>
        recorded.Keys.Union(current.Keys)
        .Select(name => new RunDifference(
            RunDifferenceKind.Parameter,
            name,
            recorded.GetValueOrDefault(name),
            current.GetValueOrDefault(name),
            recorded.TryGetValue(name, out var value) ? $"Use {name} = {value}." : $"Remove the parameter {name}."))
        .Where(static difference => difference.Recorded != difference.Current);

    public static IEnumerable<RunDifference> CompareSeed(int recorded, int current) => recorded == current
        ? []
        : [new(RunDifferenceKind.Seed, "", Format(recorded), Format(current), $"Use the seed {Format(recorded)}.")];

    private static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<RunDifference> CompareCode(GitState? recorded, GitState? current)
    {
        if (recorded is null)
        {
            const string remedy = "The commit of the run was not recorded, so the code cannot be identified. Run from a git repository.";
            return current is null ? [] : [new(RunDifferenceKind.Code, "commit", null, current.Commit, remedy)];
        }

        var clone = current is null ? $"git clone {recorded.Remote ?? "<the repository>"} and " : "";
        var commit = recorded.Commit == current?.Commit
            ? Enumerable.Empty<RunDifference>()
            : [new(RunDifferenceKind.Code, "commit", recorded.Commit, current?.Commit, $"{clone}git checkout {recorded.Commit}")];
        return [.. commit, .. CompareChanges(recorded, current)];
    }

    /// <summary>Compares the uncommitted changes. Only the names of untracked files are recorded, so equal names do not prove equal
    /// contents.</summary>
    private static IEnumerable<RunDifference> CompareChanges(GitState recorded, GitState? current)
    {
        var (before, now) = (DescribeChanges(recorded), DescribeChanges(current));
        if (before == now && recorded.UntrackedFiles.Count == 0 && (recorded.IsDirty != true || recorded is { Diff: not null, IsDiffAltered: false }))
        {
            return [];
        }

        var remedy = recorded switch
        {
            { IsDirty: not true } => "git stash --include-untracked",
            { IsDiffAltered: true } => "The recorded patch cannot be applied, because secrets in it are masked or it exceeds MlOps:Tracking:MaxDiffSize. "
                + "Commit changes before you start a run.",
            { Diff: not null } => "Write the result of RunContents.ReadDiffAsync to run.patch, then git stash --include-untracked and git apply run.patch.",
            { UntrackedFiles.Count: > 0 } => "",
            _ => "The uncommitted changes were not recorded. Commit changes before you start a run, or increase MlOps:Tracking:MaxDiffSize.",
        };
        var untracked = recorded.UntrackedFiles.Count == 0
            ? ""
            : $" The contents of {Quote(recorded.UntrackedFiles)} were not recorded. "
                + "Commit code before you start a run, and add files that are not code to .gitignore.";
        return [new(RunDifferenceKind.Code, "changes", before, now, $"{remedy}{untracked}".TrimStart())];
    }

    private static string DescribeChanges(GitState? state)
    {
        var untracked = state is { UntrackedFiles.Count: > 0 } ? $"untracked {Quote(state.UntrackedFiles)}" : null;
        return state switch
        {
            null or { IsDirty: not true } => "none",
            { Diff: { } diff } => untracked is null ? $"patch {diff}" : $"patch {diff} and {untracked}",
            _ => untracked ?? "some, not recorded",
        };
    }

    private static string Quote(IReadOnlyList<string> files)
    {
        var named = string.Join(", ", files.Take(MaxQuotedFiles).Select(static file => $"'{file}'"));
        return files.Count > MaxQuotedFiles ? string.Create(CultureInfo.InvariantCulture, $"{named} and {files.Count - MaxQuotedFiles} more") : named;
    }

    private static IEnumerable<RunDifference> ComparePackages(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> current) =>
        recorded.Keys.Union(current.Keys)
        .Select(name => new RunDifference(
            RunDifferenceKind.Package,
            name,
            recorded.GetValueOrDefault(name),
            current.GetValueOrDefault(name),
            recorded.TryGetValue(name, out var version) ? $"dotnet add package {name} --version {version}" : $"dotnet remove package {name}"))
        .Where(static difference => difference.Recorded != difference.Current);

    private static IEnumerable<RunDifference> CompareText(RunDifferenceKind kind, string recorded, string current, string remedy) =>
        recorded == current ? [] : [new(kind, "", recorded, current, remedy)];
}
