namespace MlOps.Content;

/// <summary>The selection of the files of folders to store.</summary>
/// <param name="Links">The treatment of symbolic links.</param>
/// <param name="Ignore">The patterns of excluded files and folders.</param>
internal sealed record SourceSelection(SymbolicLinks Links, IReadOnlyList<string> Ignore)
{
    /// <summary>Gets the selection of all files, without links.</summary>
    public static SourceSelection All { get; } = new(SymbolicLinks.Refuse, []);
}
