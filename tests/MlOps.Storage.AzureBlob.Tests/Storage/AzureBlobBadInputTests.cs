using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Each mistake is a typed exception whose message names the remedy and no secret.</summary>
public sealed class AzureBlobBadInputTests
{
    private const string WrongKey = "d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmc=";
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly AzureBlobStorageOptions s_options = new() { Container = "none", ConnectionString = "UseDevelopmentStorage=true" };

    [Test]
    [RequiresServer("azurite")]
    public async Task Missing_container_names_the_settings()
    {
        using var store = await AzuriteStores.CreateAsync(static options => options.CreateIfMissing = false);
        Func<Task>[] calls =
        [
            () => store.FindAsync(s_path),
            () => store.OpenReadAsync(s_path),
            () => store.WriteTextAsync(s_path, "text"),
            () => store.DeleteAsync(s_path),
            () => store.ListAsync().ToListAsync().AsTask(),
        ];

        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<ProviderException>(() => call());
            Assert.That(failure!.Message, Does.Contain("AzureBlobStorageOptions.Container").And.Contain("CreateIfMissing"));
            Assert.That(failure!.IsTransient, Is.False);
        }
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Wrong_account_key_is_access_denied_and_names_the_setting()
    {
        var server = await AzuriteServer.RequireAsync();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = server.Endpoint,
            AccountKey = WrongKey,
            Container = AzuriteServer.NewContainerName(),
        });

        var failure = await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => store.WriteTextAsync(s_path, "text"));

        Assert.That(failure!.Message, Does.Contain("AzureBlobStorageOptions.AccountKey"));
        Assert.That(failure!.ToString(), Does.Not.Contain(WrongKey));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Wrong_signature_is_access_denied_and_names_the_setting()
    {
        var server = await AzuriteServer.RequireAsync();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = server.Endpoint,
            SasToken = "sv=2024-11-04&sr=c&sp=rwdl&se=2099-01-01T00:00:00Z&sig=c2VjcmV0",
            Container = AzuriteServer.NewContainerName(),
        });

        var failure = await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => store.FindAsync(s_path));

        Assert.That(failure!.Message, Does.Contain("AzureBlobStorageOptions.SasToken"));
        Assert.That(failure!.ToString(), Does.Not.Contain("c2VjcmV0"));
    }

    [Test]
    public async Task Credential_that_has_no_token_is_access_denied_and_names_the_ways_to_sign_in([Values] bool isUnavailable)
    {
        var failed = isUnavailable ? new CredentialUnavailableException("none") : new AuthenticationFailedException("refused");
        using var store = new AzureBlobArtifactStore(
            new AzureBlobStorageOptions { ServiceUri = new Uri("https://localhost/account"), Container = "none" },
            DelegatedTokenCredential.Create((_, _) => throw failed, (_, _) => ValueTask.FromException<AccessToken>(failed)));

        var failure = await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => store.FindAsync(s_path));

        Assert.That(failure!.InnerException, Is.SameAs(failed));
        Assert.That(failure!.Message, Does.Contain("Storage Blob Data Contributor").And.Contain("AzureBlobStorageOptions.AccountKey"));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Account_key_signs_in()
    {
        var server = await AzuriteServer.RequireAsync();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = server.Endpoint,
            AccountKey = server.AccountKey,
            Container = AzuriteServer.NewContainerName(),
            CreateIfMissing = true,
        });

        await store.WriteTextAsync(s_path, "text");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Shared_access_signature_signs_in()
    {
        var server = await AzuriteServer.RequireAsync();
        using var owner = await AzuriteStores.CreateAsync();
        await owner.WriteTextAsync(s_path, "text");
        var container = owner.GetService<BlobContainerClient>()!;
        var sas = container.GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1)).Query;

        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions { ServiceUri = server.Endpoint, SasToken = sas, Container = container.Name });

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
        var failure = await Assert.ThrowsAsync<ProviderException>(
            () => store.GetService<IDownloadLinks>()!.CreateDownloadLinkAsync(s_path, TimeSpan.FromMinutes(1)));
        Assert.That(failure!.Message, Does.Contain("AccountKey"));
    }

    [Test]
    public async Task Endpoint_that_refuses_connections_is_named_with_its_setting()
    {
        var endpoint = new Uri("http://127.0.0.1:1/account");
        using var store = new AzureBlobArtifactStore(
            new AzureBlobStorageOptions { ServiceUri = endpoint, AccountKey = WrongKey, Container = "none", MaxRetries = 1 });

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.FindAsync(s_path));

        Assert.That(failure!.Message, Does.Contain(endpoint.Authority).And.Contain("AzureBlobStorageOptions.ServiceUri"));
        Assert.That(failure!.IsTransient, Is.True);
    }

    [Test]
    public async Task Endpoint_that_never_answers_fails_within_the_configured_time()
    {
        // Accepts connections and sends no response.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = new Uri($"http://{listener.LocalEndpoint}/account"),
            AccountKey = WrongKey,
            Container = "none",
            MaxRetries = 1,
            StallTimeout = TimeSpan.FromSeconds(1),
        });
        var clock = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.FindAsync(s_path));

        Assert.That(failure!.Message, Does.Contain("ServiceUri").And.Contain("StallTimeout (00:00:01)"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Endpoint_that_cannot_be_connected_to_fails_within_the_configured_time()
    {
        using var listener = await SilentListener.StartAsync();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = new Uri(listener.Endpoint, "account"),
            AccountKey = WrongKey,
            Container = "none",
            MaxRetries = 1,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        });
        var clock = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.FindAsync(s_path));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("did not respond in time").And.Contain("ConnectTimeout (00:00:01)"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Archived_blob_is_a_permanent_failure_that_names_the_remedy()
    {
        using var store = await AzuriteStores.CreateAsync();
        await store.WriteTextAsync(s_path, "text");
        await store.RawBlob("a").SetAccessTierAsync(AccessTier.Archive);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.ReadTextAsync(s_path));

        Assert.That(failure!.IsTransient, Is.False);
        Assert.That(failure!.Message, Does.Contain("archive tier"));
    }

    [Test]
    public void Blob_that_is_moved_out_of_the_archive_is_a_permanent_failure_with_the_remedy()
    {
        // The emulator moves at once.
        var failure = (ProviderException)MakeErrors().Translate(new RequestFailedException(409, "", "BlobBeingRehydrated", null), "open", s_path, default)!;

        Assert.That(failure.IsTransient, Is.False);
        Assert.That(failure.Message, Does.Contain("Wait until the move has finished"));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Leased_blob_is_not_a_conflict_and_the_failure_names_the_lease([Values] bool onlyIfMatch)
    {
        using var store = await AzuriteStores.CreateAsync();
        var first = await store.WriteTextAsync(s_path, "text");
        await store.RawBlob("a").GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);
        var condition = onlyIfMatch ? WriteCondition.IfMatch(first.ETag) : WriteCondition.None;

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.WriteTextAsync(s_path, "other", new() { Condition = condition }));

        Assert.That(failure!.IsTransient, Is.False);
        Assert.That(failure!.Message, Does.Contain("LeaseIdMissing"));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Path_too_long_with_its_prefix_names_the_prefix()
    {
        using var store = await AzuriteStores.CreateAsync(static options => options.Prefix = new string('p', 30));

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => store.WriteTextAsync(ArtifactPath.Parse(new string('a', 1000)), "text"));

        Assert.That(failure!.Message, Does.Contain("AzureBlobStorageOptions.Prefix").And.Contain("1031"));
    }

    [Test]
    public void Content_of_more_blocks_than_azure_accepts_is_a_permanent_failure_that_names_the_setting()
    {
        var settings = new AzureBlobSettings(key: null);
        var writer = new BlobWriter(s_options, settings, MakeErrors());

        var failure = Assert.Throws<ProviderException>(() => writer.ThrowIfTooMany(BlobWriter.MaxBlocks + 1, s_path));

        Assert.That(failure.IsTransient, Is.False);
        Assert.That(failure.Message, Does.Contain("50000 blocks").And.Contain("AzureBlobStorageOptions.BlockSize"));
        Assert.That(() => writer.ThrowIfTooMany(BlobWriter.MaxBlocks, s_path), Throws.Nothing);
    }

    private static AzureBlobErrors MakeErrors() => new(s_options, new AzureBlobSettings(key: null), new Uri("https://example.org"));
}
