using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

public sealed class LocalDiskArtifactStoreModelTests : ModelRegistryConformance
{
    private TemporaryFolder? _folder;

    [TearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    [Category("Soak")]
    public async Task Two_processes_with_sixteen_writers_number_versions_without_gaps_or_duplicates()
    {
        var store = await CreateStoreAsync();
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = _folder!.Path };

        await RegistrationRace.AssertNumberedAsync(settings, store);
    }

    protected override Task<IArtifactStore> CreateStoreAsync()
    {
        _folder ??= new TemporaryFolder();
        return Task.FromResult<IArtifactStore>(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }));
    }
}
