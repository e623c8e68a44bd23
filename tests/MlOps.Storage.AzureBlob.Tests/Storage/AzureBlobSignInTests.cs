using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

public sealed class AzureBlobSignInTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");

    [Test]
    [RequiresServer("azurite")]
    public async Task A_containers_signature_is_enough_also_where_the_container_would_be_created([Values] bool createIfMissing)
    {
        var server = await AzuriteServer.RequireAsync();
        var container = new BlobContainerClient(server.ConnectionString, AzuriteServer.NewContainerName());
        await container.CreateAsync();
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = server.Endpoint,
            SasToken = container.GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1)).Query,
            Container = container.Name,
            CreateIfMissing = createIfMissing,
        });

        await store.WriteTextAsync(s_path, "text");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
        Assert.That(await store.ListAsync().CountAsync(), Is.EqualTo(1));
        await store.DeleteAsync(s_path);
        Assert.That(await store.FindAsync(s_path), Is.Null);
    }

    [TestCase("read", "'Storage Blob Data Contributor' on the container")]
    [TestCase("link", "'Storage Blob Delegator' on the storage account")]
    public void Denied_identity_message_names_the_required_role(string operation, string role)
    {
        var service = new Uri("https://acme.blob.core.windows.net");
        var errors = new AzureBlobErrors(new AzureBlobStorageOptions { ServiceUri = service, Container = "ml" }, new AzureBlobSettings("AzureBlob"), service);

        var translated = errors.Translate(new RequestFailedException(403, "no"), operation, s_path, CancellationToken.None);

        Assert.That(translated, Is.TypeOf<ArtifactAccessDeniedException>().With.Message.Contains(role));
    }
}
