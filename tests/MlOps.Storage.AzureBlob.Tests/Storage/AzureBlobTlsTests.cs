using MlOps.Tests.Backends;
using static MlOps.Tests.Backends.ScriptedServer;

namespace MlOps.Storage;

/// <summary>Servers whose certificate only a private authority vouches for.</summary>
public sealed class AzureBlobTlsTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly string s_content = Answer(200, "text", "ETag: \"0x1\"", "Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT");

    [Test]
    public async Task Certificate_of_a_private_authority_is_trusted_where_the_settings_name_it()
    {
        using var certificates = new TestCertificates();
        await using var server = new ScriptedServer(static _ => s_content, certificates.Server);
        using var store = Open(server.Endpoint, certificates.CaFile);

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
    }

    [Test]
    public async Task Untrusted_certificate_is_named_and_is_not_transient([Values] bool hasOtherAuthority)
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates();
        await using var server = new ScriptedServer(static _ => s_content, certificates.Server);
        using var store = Open(server.Endpoint, hasOtherAuthority ? others.CaFile : null);

        await AssertUntrustedAsync(store, server);
    }

    [Test]
    public async Task Certificate_for_another_host_is_not_trusted()
    {
        using var certificates = new TestCertificates("other.example.com");
        await using var server = new ScriptedServer(static _ => s_content, certificates.Server);
        using var store = Open(server.Endpoint, certificates.CaFile);

        await AssertUntrustedAsync(store, server);
    }

    [Test]
    public async Task Server_without_TLS_at_an_https_address_is_named_and_is_not_transient()
    {
        await using var server = new AlteringProxy(new Uri("http://localhost"), static (_, _) => Task.FromResult(new HttpResponseMessage()));
        using var store = Open(new UriBuilder(server.Endpoint) { Scheme = "https" }.Uri, caFile: null);

        await Assert.ThatAsync(
            () => store.ReadTextAsync(s_path),
            Throws.TypeOf<ProviderException>().With.Message.Contains("TLS connection").And.Message.Contains("AzureBlobStorageOptions.ServiceUri")
                .And.Property(nameof(ProviderException.IsTransient)).False);
    }

    private static AzureBlobArtifactStore Open(Uri address, string? caFile) => new(new AzureBlobStorageOptions
    {
        Container = "container",
        ServiceUri = new Uri(address, "account"),
        CaCertificateFile = caFile,
        AccountName = "account",
        AccountKey = "a2V5",
        MaxRetries = 0,
    });

    private static Task AssertUntrustedAsync(AzureBlobArtifactStore store, ScriptedServer server) => Assert.ThatAsync(
        () => store.ReadTextAsync(s_path),
        Throws.TypeOf<ProviderException>().With.Message.Contains("certificate of").And.Message.Contains(server.Endpoint.Authority).And
            .Message.Contains("is not trusted")
            .And.Message.Contains("AzureBlobStorageOptions.CaCertificateFile").And.Property(nameof(ProviderException.IsTransient)).False);
}
