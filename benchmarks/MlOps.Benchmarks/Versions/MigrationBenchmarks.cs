using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Storage;
using MlOps.Datasets;
using MlOps.Migration;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Versions;

/// <summary>Measures the migration of a store from a local disk to S3 (a Ceph server) against a copy of its folder.</summary>
internal static class MigrationBenchmarks
{
    /// <summary>rclone in Debian 12 does not start if a bundle of certificates is set. Plain http does not need it.</summary>
    private static readonly Dictionary<string, string?> s_environment = new() { ["AWS_CA_BUNDLE"] = null };

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, VersionsScale scale)
    {
        var data = await SampleFolder.CreateAsync(Path.Combine(folder, "moved"), scale.LargeFiles, scale.LargeFileBytes);
        var root = Path.Combine(folder, "moved-store");
        var server = await RgwServer.RequireAsync();
        await using var local = StoreSettings.LocalDisk(root).Build();
        await using var s3 = StoreSettings.S3(server, "moved").Build();
        var (source, target) = (local.GetRequiredService<IArtifactStore>(), s3.GetRequiredService<IArtifactStore>());
        await local.GetRequiredService<IDatasetStore>().SnapshotAsync("data", data);
        await target.WriteTextAsync(ArtifactPath.Parse("creates-the-bucket"), "");
        Directory.Delete(data, recursive: true);

        string[] rclone =
        [
            "rclone", "copy", Path.Combine(root, "objects"), ":s3:moved/rclone", "--s3-provider", "Ceph", "--s3-endpoint", server.ServiceUrl.ToString(),
            "--s3-access-key-id", server.AccessKey, "--s3-secret-access-key", server.SecretKey, "--s3-no-check-bucket",
        ];
        var comparison = new Comparison(
            $"Migrate {scale.LargeFiles} files of {scale.LargeFileBytes >> 20} MiB from a local disk to S3",
            new Contender("rclone copy", () => ExternalTool.RunAsync(folder, rclone, s_environment)) { IsBaseline = true, CleanUp = () => Empty(target) },
            new Contender("ArtifactMigrator", () => new ArtifactMigrator(source, target).RunAsync()) { IsOurs = true, CleanUp = () => Empty(target) })
        {
            Bytes = (long)scale.LargeFiles * scale.LargeFileBytes,
            Aim = 1.0,
            Remark = "rclone copies 4 files at a time and compares MD5s; ours verifies the SHA-256 of what it reads, and at the end that everything "
                + "is at the target with its digest.",
        };
        return [await Runner.RunAsync(comparison, scale.Rounds)];
    }

    private static void Empty(IArtifactStore store) => EmptyAsync(store).GetAwaiter().GetResult();

    private static async Task EmptyAsync(IArtifactStore store)
    {
        await foreach (var entry in store.ListAsync())
        {
            await store.DeleteAsync(entry.Path);
        }
    }
}
