using System.Diagnostics.CodeAnalysis;

namespace MlOps.Storage;

/// <summary>Where an artifact is within a store: segments separated by <c>/</c>, valid on every provider and operating system.</summary>
/// <remarks>
/// <para>The rules: 1 to 1,024 bytes in UTF-8 and at most 200 segments; none empty, <c>.</c> or <c>..</c>, none ending with a dot or a space, none a Windows
/// device name such as <c>NUL</c> or <c>com1.txt</c>; no drive (<c>C:</c>), no backslash, no control or non-character, no unpaired surrogate.
/// So a path can leave no root. Everything else is kept as it is: case and Unicode normalization distinguish.</para>
/// <para>Paths are equal if their characters are, and ordered by their UTF-8 bytes (which is the order of Unicode code points).</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class ArtifactPath : IEquatable<ArtifactPath>, IComparable<ArtifactPath>
{
    /// <summary>The longest path, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The most segments in a path.</summary>
    public const int MaxSegments = 200;

    private readonly string _value;

    private ArtifactPath(string value) => _value = value;

    /// <summary>Gets the order of paths as one of texts, for sorting what is not a path by itself, such as a folder with its <c>/</c>.</summary>
    public static IComparer<string> TextOrder => CodePointOrder.Instance;

    /// <summary>Gets the last segment, which is the artifact's file name.</summary>
    public string Name => _value[(_value.LastIndexOf('/') + 1)..];

    /// <summary>Reads a path, checking every rule.</summary>
    /// <param name="value">The path, such as <c>models/churn/1/model.onnx</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> breaks a rule; the message says which and what to do.</exception>
    public static ArtifactPath Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return ArtifactPathRules.FindFault(value) is { } fault
            ? throw new ArgumentException($"'{ArtifactPathRules.Escape(value)}' is not an artifact path: {fault}", nameof(value))
            : new ArtifactPath(value);
    }

    /// <summary>Reads a path, if it keeps every rule.</summary>
    /// <param name="value">The path.</param>
    /// <param name="path">The path, or <see langword="null"/>.</param>
    /// <returns><see langword="true"/> if <paramref name="value"/> is a path.</returns>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ArtifactPath? path)
    {
        path = value is null || ArtifactPathRules.FindFault(value) is not null ? null : new ArtifactPath(value);
        return path is not null;
    }

    /// <summary>Appends one or more segments.</summary>
    /// <param name="relative">What to append, itself of the form of a path.</param>
    /// <returns>The longer path.</returns>
    /// <exception cref="ArgumentException">The result breaks a rule.</exception>
    public ArtifactPath Append(string relative) => Parse($"{_value}/{relative}");

    /// <summary>Tells whether this path is below a folder, at any depth.</summary>
    /// <param name="folder">The folder; <c>a/b</c> holds <c>a/b/c</c>, neither itself nor <c>a/bc</c>.</param>
    /// <returns><see langword="true"/> if it is.</returns>
    public bool IsBelow(ArtifactPath folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _value.Length > folder._value.Length && _value[folder._value.Length] == '/' && _value.StartsWith(folder._value, StringComparison.Ordinal);
    }

    /// <summary>Tells whether two paths are the same.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if both are <see langword="null"/> or have the same characters.</returns>
    public static bool operator ==(ArtifactPath? left, ArtifactPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Tells whether two paths differ.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they differ.</returns>
    public static bool operator !=(ArtifactPath? left, ArtifactPath? right) => !(left == right);

    /// <summary>Tells whether one path comes before another.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if <paramref name="left"/> comes first.</returns>
    public static bool operator <(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) < 0;

    /// <summary>Tells whether one path comes after another.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if <paramref name="right"/> comes first.</returns>
    public static bool operator >(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) > 0;

    /// <summary>Tells whether one path comes before another or is the same.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> unless <paramref name="right"/> comes first.</returns>
    public static bool operator <=(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) <= 0;

    /// <summary>Tells whether one path comes after another or is the same.</summary>
    /// <param name="left">One path.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> unless <paramref name="left"/> comes first.</returns>
    public static bool operator >=(ArtifactPath? left, ArtifactPath? right) => Compare(left, right) >= 0;

    /// <summary>Compares two paths by their UTF-8 bytes.</summary>
    /// <param name="other">The other path.</param>
    /// <returns>Less than zero if this comes first, zero if they are equal, else more than zero.</returns>
    public int CompareTo(ArtifactPath? other) => other is null ? 1 : CodePointOrder.Instance.Compare(_value, other._value);

    /// <inheritdoc/>
    public bool Equals(ArtifactPath? other) => other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ArtifactPath);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Gets the path's characters.</summary>
    /// <returns>The text that <see cref="Parse"/> takes.</returns>
    public override string ToString() => _value;

    private static int Compare(ArtifactPath? left, ArtifactPath? right) => left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
