using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Finds the digests in documents of any kind: a digest is a text of 64 hexadecimal digits wherever it stands.</summary>
internal static class NamedDigests
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
}
