using System.Diagnostics;
using Amazon.S3;
using Azure.Storage.Blobs;

namespace MlOps.Benchmarks.Storage;

/// <summary>Runs all benchmarks of artifact stores on the same data and writes the report.</summary>
internal static class StorageBenchmarks
{
    private static readonly Sections<Scale> s_sections = new()
    {
        ["local"] = LocalDiskBenchmarks.RunAsync,
        ["s3"] = S3Benchmarks.RunAsync,
        ["azure"] = AzureBenchmarks.RunAsync,
        ["memory"] = PeakMemoryBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, Scale scale) =>
        Report.Write("Storage benchmarks", await s_sections.RunAsync(only, scale), scale.Rounds, $"AWSSDK.S3 "
            + $"{VersionOf(typeof(AmazonS3Client)).FileVersion}, Azure.Storage.Blobs {VersionOf(typeof(BlobClient)).ProductVersion?.Split('+')[0]}");

    private static FileVersionInfo VersionOf(Type type) => FileVersionInfo.GetVersionInfo(type.Assembly.Location);
}
