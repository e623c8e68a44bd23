using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobArtifactStoreModelTests : ModelRegistryConformance
{
    [Test]
    [Category("Soak")]
    public async Task Two_processes_with_sixteen_writers_number_versions_without_gaps_or_duplicates()
    {
        using var store = await AzuriteStores.CreateAsync();

        await RegistrationRace.AssertNumberedAsync(await AzuriteStores.SettingsOfAsync(store), store);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();
}
