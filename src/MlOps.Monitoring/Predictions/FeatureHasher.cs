using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlOps.Monitoring.Predictions;

/// <summary>Replaces values with digests: HMAC-SHA-256 with a key, otherwise SHA-256.</summary>
/// <param name="key">The secret key, or <see langword="null"/>.</param>
internal sealed class FeatureHasher(string? key)
{
    private readonly byte[]? _key = key is null ? null : Encoding.UTF8.GetBytes(key);

    /// <summary>Computes the digest of a text in UTF-8, as 64 lowercase hexadecimal digits.</summary>
    public string Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(_key is null ? SHA256.HashData(bytes) : HMACSHA256.HashData(_key, bytes));
    }

    /// <summary>Computes the digest of the shortest text that represents a number exactly, such as <c>0.1</c>.</summary>
    public string Hash(double number) => Hash(number.ToString("R", CultureInfo.InvariantCulture));
}
