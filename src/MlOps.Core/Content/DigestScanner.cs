using System.Text;
using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Finds SHA-256 digests in documents of any type. A digest is any text of 64 hexadecimal digits.</summary>
internal static class DigestScanner
{
    private const int Length = Sha256Digest.SizeInBytes * 2;

    /// <summary>Finds the digests in a JSON document.</summary>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static HashSet<Sha256Digest> Find(ReadOnlySpan<byte> json)
    {
        var digests = new HashSet<Sha256Digest>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                && reader.ValueSpan.Length == Length
                && Sha256Digest.TryParse(reader.GetString(), out var digest))
            {
                digests.Add(digest);
            }
        }

        return digests;
    }

    /// <summary>Finds the texts in a JSON document that have the length of a digest, except the digests of events and datasets, which do not
    /// identify content.</summary>
    /// <returns>The digests, with <see langword="null"/> for a text that is not a valid digest.</returns>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public static IReadOnlyList<Sha256Digest?> FindCandidates(ReadOnlySpan<byte> json)
    {
        var found = new List<Sha256Digest?>();
        var reader = new Utf8JsonReader(json);
        var isOther = false;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueSpan.Length == Length && !isOther)
            {
                found.Add(Sha256Digest.TryParse(Encoding.Latin1.GetString(reader.ValueSpan), out var digest) ? digest : null);
            }

            isOther = reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("previous"u8) || reader.ValueTextEquals("digest"u8));
        }

        return found;
    }

    /// <summary>Finds the digests in bytes that may be damaged JSON.</summary>
    public static HashSet<Sha256Digest> FindRaw(ReadOnlySpan<byte> bytes)
    {
        var digests = new HashSet<Sha256Digest>();
        for (var (start, end) = (0, 0); end <= bytes.Length; end++)
        {
            if (end < bytes.Length && char.IsAsciiHexDigit((char)bytes[end]))
            {
                continue;
            }

            // The digit before or after a run of more than 64 digits may be a damaged quotation mark.
            if (end - start >= Length)
            {
                digests.Add(Sha256Digest.Parse(Encoding.ASCII.GetString(bytes.Slice(start, Length))));
                digests.Add(Sha256Digest.Parse(Encoding.ASCII.GetString(bytes[(end - Length)..end])));
            }

            start = end + 1;
        }

        return digests;
    }
}
