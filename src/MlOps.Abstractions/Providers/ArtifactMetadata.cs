using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MlOps.Providers;

/// <summary>Validates user metadata, and encodes it for HTTP headers. The rules are the same for every store.</summary>
/// <remarks>
/// Keys match <c>[a-z][a-z0-9_]{0,63}</c> and do not start with <c>mlops_</c>, which is reserved for stores. Values are well-formed Unicode.
/// The total length of all keys and encoded values is at most <see cref="MaxBytes"/> bytes. Thread-safe.
/// </remarks>
[Experimental("MLOPS001")]
public static class ArtifactMetadata
{
    /// <summary>The maximum total length of all keys and encoded values, in bytes. S3 allows 2,048 bytes, including the metadata of the store.</summary>
    public const int MaxBytes = 1536;

    /// <summary>The prefix of keys that are reserved for stores, such as <c>mlops_sha256</c>.</summary>
    public const string ReservedPrefix = "mlops_";

    private const int MaxKeyLength = 64;

    /// <summary>Gets empty metadata.</summary>
    internal static IReadOnlyDictionary<string, string> Empty { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Encodes a value as printable ASCII. Other characters, <c>%</c>, and leading or trailing spaces are percent-encoded as UTF-8.</summary>
    /// <param name="value">The value; well-formed Unicode.</param>
    /// <returns>The encoded value. Printable ASCII is unchanged. The empty value becomes <c>%</c>, because some servers drop empty headers.</returns>
    /// <seealso href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">Percent-encoding, RFC 3986.</seealso>
    public static string Encode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
        {
            return "%";
        }

        var encoded = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var inner = value[i] == ' ' && i > 0 && i < value.Length - 1;
            if (inner || value[i] is > ' ' and < '\u007f' and not '%')
            {
                encoded.Append(value[i]);
                continue;
            }

            var length = char.IsHighSurrogate(value[i]) && i + 1 < value.Length ? 2 : 1;
            foreach (var part in Encoding.UTF8.GetBytes(value, i, length))
            {
                encoded.Append('%').Append(Convert.ToHexString([part]));
            }

            i += length - 1;
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a value that <see cref="Encode"/> returned. Text of other tools that is not a valid escape sequence is unchanged.</summary>
    /// <param name="encoded">The encoded value.</param>
    /// <returns>The value.</returns>
    public static string Decode(string encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return encoded == "%" ? "" : Uri.UnescapeDataString(encoded);
    }

    internal static IReadOnlyDictionary<string, string> Validate(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var bytes = 0;
        foreach (var (key, value) in metadata)
        {
            if (!IsKey(key))
            {
                throw new ArgumentException(
                    $"'{key}' is not a valid metadata key. Use 1 to {MaxKeyLength} characters of a-z, 0-9 and '_' that start with a letter. "
                    + $"The prefix '{ReservedPrefix}' is reserved for stores.",
                    nameof(metadata));
            }

            if (value is null || !IsWellFormed(value))
            {
                throw new ArgumentException(
                    $"The value of the metadata key '{key}' is null or has an unpaired surrogate. Use well-formed Unicode.", nameof(metadata));
            }

            bytes += key.Length + Encode(value).Length;
        }

        return bytes > MaxBytes
            ? throw new ArgumentException(
                $"The metadata has {bytes} bytes, where each non-ASCII UTF-8 byte counts as three. "
                + $"Use at most {MaxBytes} bytes, or store a separate JSON document.",
                nameof(metadata))
            : metadata.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static bool IsKey(string key) =>
        key.Length is > 0 and <= MaxKeyLength
        && char.IsAsciiLetterLower(key[0])
        && key.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
        && !key.StartsWith(ReservedPrefix, StringComparison.Ordinal);

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]) && (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
