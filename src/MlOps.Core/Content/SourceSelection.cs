namespace MlOps.Content;

/// <summary>The choice of files below folders that are stored.</summary>
/// <param name="Links">The treatment of symbolic links.</param>
/// <param name="Ignore">Patterns of files and folders that are left out.</param>
internal sealed record SourceSelection(SymbolicLinks Links, IReadOnlyList<string> Ignore)
{
    /// <summary>Gets the selection of all files, without links.</summary>
    public static SourceSelection All { get; } = new(SymbolicLinks.Refuse, []);
}
