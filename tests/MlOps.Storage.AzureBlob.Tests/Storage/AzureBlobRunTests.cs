using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Tracking;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class AzureBlobRunTests
{
    [Test]
    public async Task Two_processes_of_eight_runs_each_record_all_of_them_exactly()
    {
        using var store = await AzuriteStores.CreateAsync();
        var server = await AzuriteServer.RequireAsync();
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "AzureBlob",
            ["MlOps:Storage:AzureBlob:ConnectionString"] = server.ConnectionString,
            ["MlOps:Storage:AzureBlob:Container"] = store.GetService<Azure.Storage.Blobs.BlobContainerClient>()!.Name,
            ["MlOps:Storage:AzureBlob:CreateIfMissing"] = "true",
        };

        await RunRace.AssertExactAsync(settings, store);
    }
}
