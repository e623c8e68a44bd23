using MlOps.Storage;
using MlOps.Tests.Conformance.Tracking;

namespace MlOps.Tracking;

public sealed class LocalDiskArtifactStoreRunTests
{
    [Test]
    [Category("Soak")]
    public async Task Two_processes_of_eight_runs_each_record_all_of_them_exactly()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = folder.Path };

        await RunRace.AssertExactAsync(settings, new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path }));
    }
}
