using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Storage;

[Category("Backend")]
public sealed class S3ArtifactStoreModelTests : ModelRegistryConformance
{
    private S3StorageOptions _options = null!;

    [Test]
    public async Task Two_processes_of_sixteen_writers_number_a_thousand_versions()
    {
        using var store = new S3ArtifactStore(_options);

        await RegistrationRace.AssertNumberedAsync(S3Stores.SettingsOf(_options), store, count: 1000);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        _options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        return new S3ArtifactStore(_options);
    }
}
