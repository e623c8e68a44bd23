using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3ArtifactStoreModelTests : ModelRegistryConformance
{
    private S3StorageOptions _options = null!;

    [Test]
    [Category("Soak")]
    public async Task Two_processes_with_sixteen_writers_number_versions_without_gaps_or_duplicates()
    {
        using var store = new S3ArtifactStore(_options);

        await RegistrationRace.AssertNumberedAsync(S3Stores.SettingsOf(_options), store);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        _options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        return new S3ArtifactStore(_options);
    }
}
