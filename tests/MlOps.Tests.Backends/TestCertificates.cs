using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MlOps.Tests.Backends;

/// <summary>A private certificate authority, and a certificate of it for a server on this machine.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <summary>Makes the authority and the certificate.</summary>
    /// <param name="host">The host's name in the certificate.</param>
    public TestCertificates(string host = "localhost")
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Private authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        _authority = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Parse("192.0.2.1"));
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        Server = signed.CopyWithPrivateKey(key);
        File.WriteAllText(CaFile, _authority.ExportCertificatePem());
    }

    /// <summary>Gets the server's certificate, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Gets the PEM file with the authority's certificate.</summary>
    public string CaFile { get; } = Path.GetTempFileName();

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        _authority.Dispose();
        Server.Dispose();
        File.Delete(CaFile);
    }
}
