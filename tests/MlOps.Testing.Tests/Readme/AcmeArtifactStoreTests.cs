using MlOps.Storage;

namespace MlOps.Testing.Tests.Readme;

public sealed class AcmeArtifactStoreTests : ArtifactStoreConformance
{
    private readonly AcmeStorageOptions _options = new() { Token = "test", PartSize = 5 << 20 };
    private AcmeClient _client = null!;

    /// <summary>The service of Acme is an object in this process, so its data is in memory.</summary>
    protected override int? MaxMemory => null;

    protected override Task<IArtifactStore> CreateStoreAsync()
    {
        _client = new AcmeClient();
        return Task.FromResult<IArtifactStore>(new AcmeArtifactStore(_client, _options));
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) =>
        Task.FromResult<IArtifactStore>(new AcmeArtifactStore(_client, _options));

    [TearDown]
    public void No_upload_is_left_behind() => Assert.That(_client.OpenUploads, Is.Zero);
}
