using System.Globalization;

namespace MlOps.Tracking;

/// <summary>Finds what of a run's surroundings and settings is not as it was.</summary>
internal static class RunDifferences
{
    private const int MostNamed = 5;

    public static IEnumerable<RunDifference> Compare(RunEnvironment recorded, RunEnvironment present) =>
    [
        .. CompareCode(recorded.Git, present.Git),
        .. ComparePackages(recorded.Packages, present.Packages),
        .. CompareText(RunDifferenceKind.Runtime, recorded.Runtime, present.Runtime, $"Install {recorded.Runtime}, and select it with RuntimeFrameworkVersion in the project file."),
        .. CompareText(RunDifferenceKind.Architecture, recorded.Architecture, present.Architecture, $"Run on {recorded.Architecture}; sums of floating-point numbers may differ elsewhere."),
        .. CompareText(RunDifferenceKind.OperatingSystem, recorded.OperatingSystem, present.OperatingSystem, $"Run on {recorded.OperatingSystem}, such as in a container."),
    ];

    public static IEnumerable<RunDifference> CompareParameters(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> present) => recorded.Keys
        .Union(present.Keys)
        .Select(name => new RunDifference(
            RunDifferenceKind.Parameter,
            name,
            recorded.GetValueOrDefault(name),
            present.GetValueOrDefault(name),
            recorded.TryGetValue(name, out var value) ? $"Use {name} = {value}." : $"Leave {name} out."))
        .Where(static difference => difference.Recorded != difference.Present);

    public static IEnumerable<RunDifference> CompareSeed(int recorded, int present) => recorded == present
        ? []
        : [new(RunDifferenceKind.Seed, "", recorded.ToString(CultureInfo.InvariantCulture), present.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"Use the seed {recorded}."))];

    private static IEnumerable<RunDifference> CompareCode(GitState? recorded, GitState? present)
    {
        if (recorded is null)
        {
            return present is null ? [] : [new(RunDifferenceKind.Code, "commit", null, present.Commit, "The code of the run was in no repository; nothing tells which it was.")];
        }

        var commit = recorded.Commit == present?.Commit
            ? Enumerable.Empty<RunDifference>()
            : [new(RunDifferenceKind.Code, "commit", recorded.Commit, present?.Commit, present is null ? $"git clone {recorded.Remote ?? "<the repository>"} and git checkout {recorded.Commit}" : $"git checkout {recorded.Commit}")];
        return [.. commit, .. CompareChanges(recorded, present)];
    }

    /// <summary>Compares what differed from the commits. Untracked files are known by name only, so equal names prove nothing.</summary>
    private static IEnumerable<RunDifference> CompareChanges(GitState recorded, GitState? present)
    {
        var (before, now) = (DescribeChanges(recorded), DescribeChanges(present));
        if (before == now && recorded.UntrackedFiles.Count == 0 && (recorded.IsDirty != true || recorded is { Diff: not null, IsDiffAltered: false }))
        {
            return [];
        }

        var remedy = recorded switch
        {
            { IsDirty: not true } => "git stash --include-untracked",
            { IsDiffAltered: true } => "What differed was not kept as it was: secrets in it were masked, or it is larger than MlOps:Tracking:MaxDiffSize. "
                + "Commit before you run.",
            { Diff: not null } => "Write what RunContents.ReadDiffAsync returns to a file run.patch, then git stash --include-untracked and git apply run.patch.",
            { UntrackedFiles.Count: > 0 } => "",
            _ => "What differed was not kept: files that git did not know, or a difference over MlOps:Tracking:MaxDiffSize. Commit before you run.",
        };
        var untracked = recorded.UntrackedFiles.Count == 0
            ? ""
            : $" The contents of {Quote(recorded.UntrackedFiles)} were not kept. Commit code before you run, and add files that are no code to .gitignore.";
        return [new(RunDifferenceKind.Code, "changes", before, now, $"{remedy}{untracked}".TrimStart())];
    }

    private static string DescribeChanges(GitState? state)
    {
        var untracked = state is { UntrackedFiles.Count: > 0 } ? $"untracked {Quote(state.UntrackedFiles)}" : null;
        return state switch
        {
            null or { IsDirty: not true } => "none",
            { Diff: { } diff } => untracked is null ? $"patch {diff}" : $"patch {diff} and {untracked}",
            _ => untracked ?? "some, not kept",
        };
    }

    private static string Quote(IReadOnlyList<string> files)
    {
        var named = string.Join(", ", files.Take(MostNamed).Select(static file => $"'{file}'"));
        return files.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"{named} and {files.Count - MostNamed} more") : named;
    }

    private static IEnumerable<RunDifference> ComparePackages(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> present) => recorded.Keys
        .Union(present.Keys)
        .Select(name => new RunDifference(
            RunDifferenceKind.Package,
            name,
            recorded.GetValueOrDefault(name),
            present.GetValueOrDefault(name),
            recorded.TryGetValue(name, out var version) ? $"dotnet add package {name} --version {version}" : $"dotnet remove package {name}"))
        .Where(static difference => difference.Recorded != difference.Present);

    private static IEnumerable<RunDifference> CompareText(RunDifferenceKind kind, string recorded, string present, string remedy) =>
        recorded == present ? [] : [new(kind, "", recorded, present, remedy)];
}
