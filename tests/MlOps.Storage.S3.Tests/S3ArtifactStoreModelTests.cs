using MlOps.Storage;
using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Tests;

[Category("Backend")]
public sealed class S3ArtifactStoreModelTests : ModelRegistryConformance
{
    private S3StorageOptions _options = null!;

    [Test]
    public async Task Two_processes_of_sixteen_writers_number_a_thousand_versions()
    {
        using var store = new S3ArtifactStore(_options);
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "S3",
            ["MlOps:Storage:S3:ServiceUrl"] = _options.ServiceUrl!.ToString(),
            ["MlOps:Storage:S3:Bucket"] = _options.Bucket,
            ["MlOps:Storage:S3:AccessKey"] = _options.AccessKey!,
            ["MlOps:Storage:S3:SecretKey"] = _options.SecretKey!,
            ["MlOps:Storage:S3:CreateIfMissing"] = "true",
        };

        await RegistrationRace.AssertNumberedAsync(settings, store, count: 1000);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        _options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        return new S3ArtifactStore(_options);
    }
}
