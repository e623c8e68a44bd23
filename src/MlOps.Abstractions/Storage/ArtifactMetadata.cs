using System.Collections.Frozen;
using System.Text;

namespace MlOps.Storage;

/// <summary>The rules of an artifact's user metadata, the same for every store, and the encoding stores use for what HTTP headers cannot carry.</summary>
/// <remarks>
/// Keys match <c>[a-z][a-z0-9_]{0,63}</c> and do not start with <c>mlops_</c>, which stores use for themselves. Values are any well-formed Unicode.
/// All keys and encoded values together have at most <see cref="MaxBytes"/> bytes. Thread-safe.
/// </remarks>
public static class ArtifactMetadata
{
    /// <summary>The most bytes that all keys and encoded values may have together; S3 allows 2,048 with the store's own.</summary>
    public const int MaxBytes = 1536;

    /// <summary>The start of the keys that stores keep for themselves, such as <c>mlops_sha256</c>.</summary>
    public const string ReservedPrefix = "mlops_";

    private const int MaxKeyLength = 64;

    /// <summary>Gets metadata without entries.</summary>
    public static IReadOnlyDictionary<string, string> Empty { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Encodes a value in printable ASCII: percent and UTF-8 for everything else, for <c>%</c>, and for spaces at either end.</summary>
    /// <param name="value">Any well-formed Unicode.</param>
    /// <returns>The encoded value; ordinary ASCII stays as it is, and the empty value becomes <c>%</c>, because some servers drop empty headers.</returns>
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

    /// <summary>Reverses <see cref="Encode"/>; leaves values that other tools wrote as they are wherever they hold no valid escape.</summary>
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
                    $"'{key}' is not a metadata key. Use 1 to {MaxKeyLength} of a-z, 0-9 and '_', a letter first, and not '{ReservedPrefix}…', which stores keep for themselves.",
                    nameof(metadata));
            }

            if (value is null || !IsWellFormed(value))
            {
                throw new ArgumentException($"The value of metadata '{key}' is null or has an unpaired surrogate. Give well-formed Unicode.", nameof(metadata));
            }

            bytes += key.Length + Encode(value).Length;
        }

        return bytes > MaxBytes
            ? throw new ArgumentException(
                $"The metadata has {bytes} bytes (non-ASCII counts three for each UTF-8 byte). Use at most {MaxBytes}, or write a JSON document beside the artifact.",
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
