using MlOps.Tests.Conformance.Registry;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class AzureBlobArtifactStoreModelTests : ModelRegistryConformance
{
    [Test]
    public async Task Two_processes_of_sixteen_writers_number_a_thousand_versions()
    {
        using var store = await AzuriteStores.CreateAsync();

        await RegistrationRace.AssertNumberedAsync(await AzuriteStores.SettingsOfAsync(store), store, count: 1000);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync() => await AzuriteStores.CreateAsync();
}
