using System.Text.RegularExpressions;

namespace MlOps.Storage;

/// <summary>A place where the library itself writes, so that its files do not count as changed code of a run.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Names">The names of the files and folders directly in it that are the library's; <see langword="null"/> for all.</param>
internal sealed record OwnFiles(string Folder, Regex? Names = null);
