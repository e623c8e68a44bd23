using System.Diagnostics;
using Amazon.S3;
using Azure.Storage.Blobs;

namespace MlOps.Benchmarks.Storage;

/// <summary>Everything that is measured of the artifact stores, in one run on the same data, and the report on it.</summary>
internal static class StorageBenchmarks
{
    private static readonly Dictionary<string, Func<string, Scale, Task<IEnumerable<IOutcome>>>> s_sections = new()
    {
        ["local"] = LocalDiskBenchmarks.RunAsync,
        ["s3"] = S3Benchmarks.RunAsync,
        ["azure"] = AzureBenchmarks.RunAsync,
        ["memory"] = PeakMemoryBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, Scale scale)
    {
        // Beside the program rather than in the system's temporary folder, which on many machines is memory.
        var folder = Path.Combine(AppContext.BaseDirectory, "work");
        Directory.CreateDirectory(folder);
        try
        {
            var outcomes = new List<IOutcome>();
            foreach (var section in s_sections.Where(section => only is null || section.Key == only))
            {
                outcomes.AddRange(await section.Value(folder, scale));
            }

            return Report.Write("Storage benchmarks", outcomes, scale.Rounds, $"AWSSDK.S3 {VersionOf(typeof(AmazonS3Client)).FileVersion}, Azure.Storage.Blobs {VersionOf(typeof(BlobClient)).ProductVersion?.Split('+')[0]}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FileVersionInfo VersionOf(Type type) => FileVersionInfo.GetVersionInfo(type.Assembly.Location);
}
