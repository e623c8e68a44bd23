using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MlOps.Providers;

/// <summary>Creates HTTP handlers for artifact transfers. Their timeouts apply to stalled connections, not to whole transfers.</summary>
/// <remarks>
/// SDKs limit the time of a whole request, which fails large transfers over a slow connection, or do not limit asynchronous requests. Pass the handler to the
/// SDK and disable the timeouts of the SDK. The handler is for HTTP/1.1, where a connection has one request at a time. It does not follow redirects, store
/// cookies or decompress content.
/// </remarks>
[Experimental("MLOPS001")]
public static class TransferHttpHandler
{
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Creates a handler.</summary>
    /// <param name="connectTimeout">The maximum time to connect; greater than zero.</param>
    /// <param name="stallTimeout">
    /// The maximum time without a transferred byte while a request or a response is in progress; greater than zero. After this time the request fails with
    /// <see cref="HttpRequestException"/>, or the read of the response body fails with <see cref="IOException"/>.
    /// </param>
    /// <param name="caCertificateFile">
    /// The path of a PEM file with additional trusted certificate authorities, or <see langword="null"/> to trust only those of the system.
    /// </param>
    /// <returns>The handler, which <see cref="HttpClient"/> disposes. A connection is used for at most 15 minutes, so that DNS changes take effect.</returns>
    /// <exception cref="IOException"><paramref name="caCertificateFile"/> cannot be read.</exception>
    /// <exception cref="CryptographicException"><paramref name="caCertificateFile"/> contains an invalid certificate.</exception>
    public static SocketsHttpHandler Create(TimeSpan connectTimeout, TimeSpan stallTimeout, string? caCertificateFile = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new StallGuardStream(context.PlaintextStream, stallTimeout)),
        SslOptions =
        {
            RemoteCertificateValidationCallback = string.IsNullOrEmpty(caCertificateFile) ? null : CreateValidation(LoadCertificates(caCertificateFile)),
        },
    };

    /// <summary>Validates a file of certificate authorities.</summary>
    /// <param name="caCertificateFile">The path of the file.</param>
    /// <returns>The fault as a sentence, or <see langword="null"/> if the file contains at least one certificate in PEM format.</returns>
    public static string? FindCertificateFault(string caCertificateFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(caCertificateFile);
        try
        {
            return LoadCertificates(caCertificateFile).Count > 0 ? null : "The file contains no certificate in PEM format.";
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
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

    /// <summary>Accepts certificates that the system trusts, and certificates for the requested host whose chain ends in one of the roots.</summary>
    private static RemoteCertificateValidationCallback CreateValidation(X509Certificate2Collection roots) => (_, certificate, presented, errors) =>
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // the default of HttpClient without a callback
        chain.ChainPolicy.ApplicationPolicy.Add(s_serverAuthentication);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(leaf);
    };
}
