using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Storage;

/// <summary>Measures the peak memory of a transfer, each in its own process.</summary>
internal static class PeakMemoryBenchmarks
{
    public const string Command = "peak-memory";
    private const int WarmUpBytes = 64 << 10;
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("huge");

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, Scale scale)
    {
        var rgw = await RgwServer.RequireAsync();
        await using var azurite = await AzuriteServer.StartAsync();
        var outcomes = new List<IOutcome>();
        foreach (var settings in new[]
        {
            StoreSettings.LocalDisk(Path.Combine(folder, "huge")),
            StoreSettings.S3(rgw, S3Server.NewBucketName()),
            StoreSettings.Azure(azurite, AzuriteServer.NewContainerName()),
        })
        {
            outcomes.Add(await MeasureAsync(settings, "write", scale.PeakMemoryBytes));
            outcomes.Add(await MeasureAsync(settings, "read", scale.PeakMemoryBytes));
            await using var services = settings.Build();
            await services.GetRequiredService<IArtifactStore>().DeleteAsync(s_path);
        }

        return outcomes;
    }

    /// <summary>Runs in the child process: makes one transfer and writes its memory to standard output.</summary>
    public static async Task TransferAsync(string operation, long length)
    {
        await using var services = StoreSettings.BuildFromEnvironment();
        var store = services.GetRequiredService<IArtifactStore>();
        var warmUp = ArtifactPath.Parse("warm-up");
        await store.WriteAsync(warmUp, new PatternStream(WarmUpBytes));
        await ReadAsync(store, warmUp);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var idle = process.WorkingSet64;
        await (operation == "write" ? store.WriteAsync(s_path, new PatternStream(length)) : ReadAsync(store, s_path));
        process.Refresh();
        Console.WriteLine(JsonSerializer.Serialize(new[] { idle, process.PeakWorkingSet64 }));
    }

    private static async Task<PeakMemoryOutcome> MeasureAsync(StoreSettings settings, string operation, long length)
    {
        await Console.Error.WriteLineAsync($"{settings.Provider}: peak memory, {operation}");
        var start = new ProcessStartInfo(
            "dotnet", [typeof(PeakMemoryBenchmarks).Assembly.Location, Command, operation, length.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings.ToEnvironment())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && JsonSerializer.Deserialize<long[]>(output) is [var idle, var peak]
            ? new PeakMemoryOutcome($"{settings.Provider}: {operation} {length >> 20:#,0} MiB", idle, peak)
            : throw new InvalidOperationException($"The transfer ended with code {process.ExitCode}.");
    }

    private static async Task ReadAsync(IArtifactStore store, ArtifactPath path)
    {
        await using var content = await store.OpenReadAsync(path);
        await content.Stream.CopyToAsync(Stream.Null, 1 << 20);
    }
}
