using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A file of a model version, dataset version, run or step: its path, and the size and digest of its content.</summary>
/// <remarks>Immutable and thread-safe. Two files are equal if all their properties are equal.</remarks>
public sealed class ContentFile : IEquatable<ContentFile>
{
    private const int MaxListed = 10;

    /// <summary>Initializes a new instance of the <see cref="ContentFile"/> class.</summary>
    /// <param name="path">The path below the folder of the version, with <c>/</c> between segments.</param>
    /// <param name="size">The size, in bytes.</param>
    /// <param name="sha256">The digest of the content.</param>
    [JsonConstructor]
    internal ContentFile(string path, long size, Sha256Digest sha256) => (Path, Size, Sha256) = (path, size, sha256);

    /// <summary>Gets the path below the folder of the version, with <c>/</c> between segments.</summary>
    public string Path { get; }

    /// <summary>Gets the size, in bytes.</summary>
    public long Size { get; }

    /// <summary>Gets the digest of the content. The content is stored under this digest.</summary>
    public Sha256Digest Sha256 { get; }

    /// <summary>Gets a value indicating whether the owner may execute the file. The permission is restored on Unix.</summary>
    /// <value>
    /// The default is <see langword="false"/>. It is always <see langword="false"/> for files that were stored on Windows, or by a version of the library
    /// that did not store the permission.
    /// </value>
    [JsonInclude]
    [JsonPropertyName("executable")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsExecutable { get; internal init; }

    /// <inheritdoc/>
    public bool Equals(ContentFile? other) => other is not null
        && (Path, Size, Sha256, IsExecutable) == (other.Path, other.Size, other.Sha256, other.IsExecutable);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ContentFile);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Size, Sha256, IsExecutable);

    /// <summary>Creates a file with the same content at another path.</summary>
    internal ContentFile MoveTo(ArtifactPath path) => new(path.ToString(), Size, Sha256) { IsExecutable = IsExecutable };

    /// <summary>Finds the file with a path.</summary>
    /// <param name="files">The files.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="missing">The beginning of the message if there is no such file, such as <c>The run 'x' has no artifact</c>.</param>
    /// <exception cref="ArgumentException">There is no such file. The message lists some of the files.</exception>
    internal static ContentFile Get(IReadOnlyList<ContentFile> files, string path, string missing)
    {
        ArgumentNullException.ThrowIfNull(path);
        return files.FirstOrDefault(file => file.Path == path) ?? throw new ArgumentException(
            $"{missing} '{path}'. It has {string.Join(", ", files.Take(MaxListed).Select(static file => $"'{file.Path}'"))}"
            + $"{(files.Count > MaxListed ? " and more" : "")}.",
            nameof(path));
    }
}
