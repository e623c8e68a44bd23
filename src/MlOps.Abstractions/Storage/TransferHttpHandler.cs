using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MlOps.Storage;

/// <summary>Makes the HTTP handler that providers transfer artifacts with: time is bounded per connection, never per transfer.</summary>
/// <remarks>
/// The SDKs bound a whole request, which fails large content on a slow line that works, or no asynchronous one at all. Give the handler to the SDK and
/// switch the limits of its own off. It is for HTTP/1.1, where a connection carries one request at a time. It follows no redirect, keeps no cookies and
/// decompresses nothing.
/// </remarks>
public static class TransferHttpHandler
{
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Makes a handler; <see cref="HttpClient"/> disposes it with itself.</summary>
    /// <param name="connectTimeout">How long connecting may take; more than zero.</param>
    /// <param name="stallTimeout">
    /// How long a connection may carry no byte while a request or an answer is under way; more than zero. Then the request fails with an
    /// <see cref="HttpRequestException"/>, or reading the answer's body with an <see cref="IOException"/>.
    /// </param>
    /// <param name="caCertificateFile">A PEM file with the certificates of further authorities to trust; <see langword="null"/> for the system's alone.</param>
    /// <returns>The handler. A connection serves for at most 15 minutes, so that a changed DNS entry is followed.</returns>
    /// <exception cref="IOException"><paramref name="caCertificateFile"/> cannot be read.</exception>
    /// <exception cref="CryptographicException"><paramref name="caCertificateFile"/> holds what is no certificate.</exception>
    public static SocketsHttpHandler Create(TimeSpan connectTimeout, TimeSpan stallTimeout, string? caCertificateFile = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new StallGuardStream(context.PlaintextStream, stallTimeout)),
        SslOptions = { RemoteCertificateValidationCallback = string.IsNullOrEmpty(caCertificateFile) ? null : TrustAlso(LoadCertificates(caCertificateFile)) },
    };

    /// <summary>Finds the reason for which a file holds no certificates to trust.</summary>
    /// <param name="caCertificateFile">The file's path.</param>
    /// <returns>The reason, as a sentence; <see langword="null"/> if the file holds at least one certificate in PEM.</returns>
    public static string? FindCertificateFault(string caCertificateFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(caCertificateFile);
        try
        {
            return LoadCertificates(caCertificateFile).Count > 0 ? null : "The file holds no certificate in PEM.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            return $"The file cannot be read: {exception.Message.TrimEnd('.')}.";
        }
    }

    private static X509Certificate2Collection LoadCertificates(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(File.ReadAllText(file));
        return certificates;
    }

    /// <summary>Accepts what the system trusts, and else a certificate for the right host whose chain ends in one of the roots.</summary>
    private static RemoteCertificateValidationCallback TrustAlso(X509Certificate2Collection roots) => (_, certificate, presented, errors) =>
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // as HttpClient does without a callback
        chain.ChainPolicy.ApplicationPolicy.Add(s_serverAuthentication);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(leaf);
    };
}
