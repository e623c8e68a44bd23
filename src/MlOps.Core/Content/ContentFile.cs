using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A file of a version: where it is in the version's folder, and which bytes it has.</summary>
/// <param name="Path">The path below the folder, with <c>/</c> between segments.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Sha256">The digest of the bytes, which is also where they are stored.</param>
public sealed record ContentFile(string Path, long Size, Sha256Digest Sha256)
{
    private const int Shown = 10;

    /// <summary>Gets a value indicating whether the file is a program that its owner may execute. It is restored as one on Unix.</summary>
    /// <value>
    /// The default is <see langword="false"/>; files that are stored on Windows, or were stored by a version of the library before this property, have no
    /// other value.
    /// </value>
    [JsonPropertyName("executable")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsExecutable { get; init; }

    /// <summary>Finds a file among others.</summary>
    /// <param name="files">The files.</param>
    /// <param name="path">Its path.</param>
    /// <param name="missing">What is to be said of one that is not there, up to its path, such as <c>The run 'x' has no artifact</c>.</param>
    /// <exception cref="ArgumentException">It is not there; the message names some that are.</exception>
    internal static ContentFile Get(IReadOnlyList<ContentFile> files, string path, string missing)
    {
        ArgumentNullException.ThrowIfNull(path);
        return files.FirstOrDefault(file => file.Path == path) ?? throw new ArgumentException(
            $"{missing} '{path}'. It has {string.Join(", ", files.Take(Shown).Select(static file => $"'{file.Path}'"))}{(files.Count > Shown ? " and more" : "")}.", nameof(path));
    }
}
