using Azure.Storage.Blobs;
using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class AzureBlobArtifactStoreModelTests : ModelRegistryConformance
{
    [Test]
    public async Task Two_processes_of_sixteen_writers_number_a_thousand_versions()
    {
        using var store = await AzuriteStores.CreateAsync();
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "AzureBlob",
            ["MlOps:Storage:AzureBlob:ConnectionString"] = (await AzuriteServer.RequireAsync()).ConnectionString,
            ["MlOps:Storage:AzureBlob:Container"] = store.GetService<BlobContainerClient>()!.Name,
            ["MlOps:Storage:AzureBlob:CreateIfMissing"] = "true",
        };

        await RegistrationRace.AssertNumberedAsync(settings, store, count: 1000);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();
}
