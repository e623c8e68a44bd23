using System.Security.Cryptography;
using System.Text;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Signs requests as in Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA-256 of the identifier, the time and the body.</summary>
internal static class WebhookSignature
{
    public const int MinKeyBytes = 24;
    private const string Prefix = "whsec_";

    /// <summary>Gets the key of a secret.</summary>
    /// <returns>The key, or <see langword="null"/> if the secret is not valid.</returns>
    public static byte[]? TryGetKey(string secret)
    {
        byte[] key;
        if (secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            key = new byte[secret.Length];
            if (!Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length))
            {
                return null;
            }

            key = key[..length];
        }
        else
        {
            key = Encoding.UTF8.GetBytes(secret);
        }

        return key.Length >= MinKeyBytes ? key : null;
    }

    /// <summary>Computes the value of the header <c>webhook-signature</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="id">The value of the header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of the header <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body.</param>
    public static string Sign(byte[] key, string id, string timestamp, byte[] body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}";
    }
}
