using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

public sealed class LocalDiskModelRegistryTests : ModelRegistryConformance
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Two_processes_of_sixteen_writers_number_a_thousand_versions()
    {
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = _folder.Path };

        await RegistrationRace.AssertNumberedAsync(settings, await CreateStoreAsync(), count: 1000);
    }

    protected override Task<IArtifactStore> CreateStoreAsync() =>
        Task.FromResult<IArtifactStore>(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }));
}
