using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

/// <summary>Forwards every call to a correct store that keeps content out of memory; what derives from it breaks one thing.</summary>
internal class DiskStore(DirectoryInfo folder) : DelegatingStore(
    new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.FullName })), IDisposable
{
    public DiskStore()
        : this(Directory.CreateTempSubdirectory("mlops-"))
    {
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
