using MlOps.Testing;

namespace MlOps.Storage;

public sealed class LocalDiskArtifactStoreTests : ArtifactStoreConformance
{
    private TemporaryFolder? _folder;

    [TearDown]
    public void DeleteFolder() => _folder?.Dispose();

    protected override Task<IArtifactStore> CreateStoreAsync()
    {
        _folder = new TemporaryFolder();
        return OpenAsync();
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) => OpenAsync();

    protected override async Task<bool> CorruptAsync(IArtifactStore store, ArtifactPath path)
    {
        var file = new LocalDiskLayout(_folder!.Path, "Root").FileOf(path);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        return true;
    }

    private Task<IArtifactStore> OpenAsync() =>
        Task.FromResult<IArtifactStore>(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder!.Path }));
}
