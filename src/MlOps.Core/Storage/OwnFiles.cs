using System.Text.RegularExpressions;

namespace MlOps.Storage;

/// <summary>A folder that the library writes. Its files are not treated as changed code of a run.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Names">The pattern of the names of library files and folders directly in the folder, or <see langword="null"/> for all.</param>
internal sealed record OwnFiles(string Folder, Regex? Names = null);
