using System.Diagnostics.CodeAnalysis;

namespace MlOps.Storage;

/// <summary>The path of an artifact in a store: segments separated by <c>/</c>, valid on every provider and operating system.</summary>
/// <remarks>
/// <para>A path has 1 to 1,024 bytes in UTF-8 and at most 200 segments. A segment is not empty, <c>.</c> or <c>..</c>, does not end with a dot or a space, and
/// is not a Windows device name such as <c>NUL</c> or <c>com1.txt</c>. A path has no drive (<c>C:</c>), backslash, control character, noncharacter or unpaired
/// surrogate. A path therefore cannot leave the root of its store. Case and Unicode normalization are significant.</para>
/// <para>Paths are compared by ordinal equality and ordered by their UTF-8 bytes, which is the order of Unicode code points.</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class ArtifactPath : IEquatable<ArtifactPath>, IComparable<ArtifactPath>
{
    /// <summary>The maximum length of a path, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The maximum number of segments in a path.</summary>
    public const int MaxSegments = 200;

    private readonly string _value;

    private ArtifactPath(string value) => _value = value;

    /// <summary>Gets a comparer that orders strings as paths, for text that is not a complete path, such as <c>folder/</c>.</summary>
    public static IComparer<string> TextOrder => CodePointOrder.Instance;

    /// <summary>Gets the last segment, which is the file name of the artifact.</summary>
    public string Name => _value[(_value.LastIndexOf('/') + 1)..];

    /// <summary>Parses a path.</summary>
    /// <param name="value">The path, such as <c>models/churn/1/model.onnx</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is not a valid path. The message names the rule and the remedy.</exception>
    public static ArtifactPath Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return ArtifactPathRules.FindFault(value) is { } fault
            ? throw new ArgumentException($"'{ArtifactPathRules.Escape(value)}' is not a valid artifact path: {fault}", nameof(value))
            : new ArtifactPath(value);
    }

    /// <summary>Parses a path if it is valid.</summary>
    /// <param name="value">The text to parse.</param>
    /// <param name="path">The path, or <see langword="null"/> if the text is not valid.</param>
    /// <returns><see langword="true"/> if <paramref name="value"/> is a valid path.</returns>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ArtifactPath? path)
    {
        path = value is null || ArtifactPathRules.FindFault(value) is not null ? null : new ArtifactPath(value);
        return path is not null;
    }

    /// <summary>Appends one or more segments.</summary>
    /// <param name="relative">The segments to append, separated by <c>/</c>.</param>
    /// <returns>The combined path.</returns>
    /// <exception cref="ArgumentException">The result is not a valid path.</exception>
    public ArtifactPath Append(string relative) => Parse($"{_value}/{relative}");

    /// <summary>Determines whether this path is below a folder, at any depth.</summary>
    /// <param name="folder">The folder. The folder <c>a/b</c> contains <c>a/b/c</c>, but not <c>a/b</c> or <c>a/bc</c>.</param>
    /// <returns><see langword="true"/> if this path is below the folder.</returns>
    public bool IsBelow(ArtifactPath folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _value.Length > folder._value.Length && _value[folder._value.Length] == '/' && _value.StartsWith(folder._value, StringComparison.Ordinal);
    }

    /// <summary>Determines whether two paths are equal.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if the paths are equal.</returns>
    public static bool operator ==(ArtifactPath? left, ArtifactPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Determines whether two paths are not equal.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if the paths are not equal.</returns>
    public static bool operator !=(ArtifactPath? left, ArtifactPath? right) => !(left == right);

    /// <summary>Determines whether a path precedes another path.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if <paramref name="left"/> precedes <paramref name="right"/>.</returns>
    public static bool operator <(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) < 0;

    /// <summary>Determines whether a path follows another path.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if <paramref name="left"/> follows <paramref name="right"/>.</returns>
    public static bool operator >(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) > 0;

    /// <summary>Determines whether a path precedes or equals another path.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if <paramref name="left"/> precedes or equals <paramref name="right"/>.</returns>
    public static bool operator <=(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) <= 0;

    /// <summary>Determines whether a path follows or equals another path.</summary>
    /// <param name="left">The first path.</param>
    /// <param name="right">The second path.</param>
    /// <returns><see langword="true"/> if <paramref name="left"/> follows or equals <paramref name="right"/>.</returns>
    public static bool operator >=(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) >= 0;

    /// <summary>Compares two paths by their UTF-8 bytes.</summary>
    /// <param name="other">The other path.</param>
    /// <returns>A negative value if this path comes first, zero if the paths are equal, otherwise a positive value.</returns>
    public int CompareTo(ArtifactPath? other) => other is null ? 1 : CodePointOrder.Instance.Compare(_value, other._value);

    /// <inheritdoc/>
    public bool Equals(ArtifactPath? other) => other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ArtifactPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns the text of the path.</summary>
    /// <returns>The text, which <see cref="Parse"/> accepts.</returns>
    public override string ToString() => _value;

    private static int Compare(ArtifactPath? left, ArtifactPath? right) => left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
