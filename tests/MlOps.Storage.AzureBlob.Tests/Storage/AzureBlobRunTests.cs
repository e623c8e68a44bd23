using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Tracking;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobRunTests
{
    [Test]
    [Category("Soak")]
    public async Task Two_processes_of_eight_runs_each_record_all_of_them_exactly()
    {
        using var store = await AzuriteStores.CreateAsync();

        await RunRace.AssertExactAsync(await AzuriteStores.SettingsOfAsync(store), store);
    }
}
