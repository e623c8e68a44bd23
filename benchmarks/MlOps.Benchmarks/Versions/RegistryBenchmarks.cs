using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Storage;
using MlOps.Migration;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Versions;

/// <summary>Measures the model registry on a local disk: registration, lookup, concurrent writers, and a start on a long log.</summary>
internal sealed class RegistryBenchmarks(string folder, VersionsScale scale)
{
    private const int Resolutions = 2_000_000;
    private const int ModelFiles = 3;
    private const int ModelFileBytes = 32 << 20;
    private int _stores;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, VersionsScale scale)
    {
        var benchmarks = new RegistryBenchmarks(Path.Combine(folder, "registry"), scale);
        List<IOutcome> outcomes = [await benchmarks.RegisterAsync(), await benchmarks.ResolveAsync(), await benchmarks.RaceAsync()];
        foreach (var length in scale.LogLengths)
        {
            outcomes.AddRange(await benchmarks.ReplayAsync(length));
        }

        return outcomes;
    }

    private async Task<IOutcome> RegisterAsync()
    {
        var model = await SampleFolder.CreateAsync(Path.Combine(folder, "model"), ModelFiles, ModelFileBytes);
        var copy = Path.Combine(folder, "copy");
        var services = Open(NewRoot());
        return await Runner.RunAsync(
            new Comparison(
                $"Register a model of {ModelFiles} files of {ModelFileBytes >> 20} MiB, resolve its alias and restore it",
                new Contender("File.Copy there and back, file by file", () => Task.Run(() =>
                {
                    CopyFolder(model, Path.Combine(copy, "there"));
                    CopyFolder(Path.Combine(copy, "there"), Path.Combine(copy, "back"));
                }))
                { IsBaseline = true, CleanUp = () => Directory.Delete(copy, recursive: true) },
                new Contender("RegisterAsync, SetAliasAsync, RestoreAsync", async () =>
                {
                    var registry = services.GetRequiredService<IModelRegistry>();
                    var version = await registry.RegisterAsync("model", new ModelRegistration { Format = "raw", Files = [model] });
                    await registry.SetAliasAsync("model", "production", version.Number);
                    var package = await registry.OpenAsync(await registry.GetVersionAsync("model", "production"));
                    await package.RestoreAsync(Path.Combine(copy, "back"));
                })
                {
                    IsOurs = true,
                    CleanUp = () =>
                    {
                        Directory.Delete(copy, recursive: true);
                        services.Dispose();
                        services = Open(NewRoot());
                    },
                })
            {
                Bytes = 2L * ModelFiles * ModelFileBytes,
                Aim = 0.3,
                Remark = "The copy neither hashes, nor flushes, nor verifies, nor keeps a version.",
            },
            scale.Rounds);
    }

    private async Task<IOutcome> ResolveAsync()
    {
        await using var services = Open(NewRoot());
        var registry = services.GetRequiredService<IModelRegistry>();
        await AddVersionAsync(registry);
        await registry.SetAliasAsync("model", "production", 1);
        var times = new List<double>();
        var allocated = 0L;
        for (var round = 0; round <= scale.Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Resolutions; i++)
            {
                var found = registry.FindAsync("model", TimeSpan.FromHours(1));
                _ = (found.IsCompletedSuccessfully ? found.Result : await found)!.Find("production")!.Number;
            }

            times.Add(Stopwatch.GetElapsedTime(started).TotalNanoseconds / Resolutions);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var median = times.Skip(1).Order().ElementAt(scale.Rounds / 2);
        return new Figure(
            "Resolve an alias, looked up before",
            "< 100 ns",
            string.Create(CultureInfo.InvariantCulture, $"{median:0} ns, {allocated / (double)Resolutions:0.#} bytes allocated"),
            median < 100,
            $"FindAsync with a maximum age of an hour, then Find(\"production\"), {Resolutions:#,0} times.");
    }

    private async Task<IOutcome> RaceAsync()
    {
        const int processes = 2, writers = 16;
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "LocalDisk", ["MlOps:Storage:LocalDisk:Root"] = NewRoot() };
        var each = (scale.Versions / processes).ToString(CultureInfo.InvariantCulture);
        var workers = await Task.WhenAll(
            Enumerable.Range(0, processes).Select(_ => WorkerProcess.StartAsync(settings, "register", "model", each, $"{writers}")));
        var started = Stopwatch.GetTimestamp();
        workers.ToList().ForEach(static worker => worker.Release());
        var numbers = (await Task.WhenAll(workers.Select(static worker => worker.ReadToEndAsync())))
            .SelectMany(static lines => lines).Select(static line => int.Parse(line, CultureInfo.InvariantCulture)).Order().ToArray();
        var time = Stopwatch.GetElapsedTime(started);
        workers.ToList().ForEach(static worker => worker.Dispose());
        return new Figure(
            $"Register {scale.Versions:#,0} versions by {processes * writers} writers in {processes} processes",
            "numbered without gap or double",
            string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s, {scale.Versions / time.TotalSeconds:0} /s, numbered 1 to {numbers[^1]}"),
            numbers.SequenceEqual(Enumerable.Range(1, scale.Versions)),
            "One model, one folder on a local disk; every registration flushes its manifest and its event to the disk.");
    }

    /// <summary>Creates a log in memory, migrates it to a disk (without checkpoints), and starts on it without and with a checkpoint.</summary>
    private async Task<IEnumerable<IOutcome>> ReplayAsync(int length)
    {
        var root = NewRoot();
        await using (var services = Open(root))
        {
            var source = services.GetRequiredKeyedService<IArtifactStore>("Memory");
            var registry = services.GetRequiredKeyedService<IModelRegistry>("Memory");
            await AddVersionAsync(registry);
            for (var i = 1; i < length; i++)
            {
                await registry.TagAsync("model", "note", $"{i}", version: 1);
            }

            await new ArtifactMigrator(source, services.GetRequiredService<IArtifactStore>())
                .RunAsync(new MigrationOptions { Verification = MigrationVerification.None });
        }

        var without = await StartAsync(root);
        await using (var services = Open(root))
        {
            var registry = services.GetRequiredService<IModelRegistry>();
            for (var i = 0; i < 100; i++)
            {
                await registry.TagAsync("model", "note", "again", version: 1);
            }
        }

        var with = await StartAsync(root);
        return
        [
            new Figure($"Start on a log of {length:#,0} events without a checkpoint", "none", Milliseconds(without), true,
                "A new process's first FindAsync on a local disk, after the code is compiled."),
            new Figure(
                $"Start on a log of {length + 100:#,0} events with a checkpoint",
                "≤ 50 ms, whatever the length",
                Milliseconds(with),
                with.TotalMilliseconds <= 50,
                "The same after 100 more events, the last of which but some wrote a checkpoint."),
        ];
    }

    private async Task<TimeSpan> StartAsync(string root)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round <= scale.Rounds; round++)
        {
            await using var services = Open(root);
            var registry = services.GetRequiredService<IModelRegistry>();
            var started = Stopwatch.GetTimestamp();
            await registry.FindAsync("model");
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times.Skip(1).Order().ElementAt(scale.Rounds / 2);
    }

    private async Task AddVersionAsync(IModelRegistry registry)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "weights.bin");
        await File.WriteAllBytesAsync(file, PatternStream.ToArray(1 << 10));
        await registry.RegisterAsync("model", new ModelRegistration { Format = "raw", Files = [file] });
    }

    private string NewRoot() => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"store-{_stores++}"));

    private static ServiceProvider Open(string root) => StoreSettings.LocalDisk(root).Build();

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:#,0.0} ms");

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
