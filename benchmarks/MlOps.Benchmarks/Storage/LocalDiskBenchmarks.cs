using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Benchmarks.Storage;

/// <summary>Measures the local-disk store against file copies, and against the pipeline of an expert with the same guarantees.</summary>
internal sealed class LocalDiskBenchmarks(IArtifactStore store, string folder, Scale scale)
{
    private const double Aim = 0.9;
    private readonly string _source = Path.Combine(folder, "source");
    private readonly string _stored = Path.Combine(folder, "stored");
    private readonly string _target = Path.Combine(folder, "target");
    private readonly string _smallFolder = Path.Combine(folder, "small");
    private readonly ArtifactPath _path = ArtifactPath.Parse("large");
    private readonly byte[] _small = PatternStream.ToArray(Scale.SmallBytes);
    private byte[] _digest = [];

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, Scale scale)
    {
        await using var services = StoreSettings.LocalDisk(Path.Combine(folder, "store")).Build();
        return await new LocalDiskBenchmarks(services.GetRequiredService<IArtifactStore>(), folder, scale).RunAsync();
    }

    private async Task<List<IOutcome>> RunAsync()
    {
        await using (var file = File.Create(_source))
        {
            await new PatternStream(scale.LargeBytes).CopyToAsync(file);
            file.Flush(flushToDisk: true);
        }

        List<IOutcome> outcomes =
        [
            await Runner.RunAsync(StoreFile(), scale.Rounds),
            await Runner.RunAsync(StoreStream(), scale.Rounds),
        ];
        using (var source = OpenSource())
        {
            _digest = HandWrittenPipeline.Store(source, _stored);
        }

        await store.UploadFileAsync(_path, _source);
        outcomes.Add(await Runner.RunAsync(FetchFile(), scale.Rounds));
        Directory.CreateDirectory(_smallFolder);
        foreach (var parallelism in new[] { 1, 8, 32 })
        {
            outcomes.Add(await Runner.RunAsync(StoreSmall(parallelism), scale.Rounds));
        }

        return outcomes;
    }

    private Comparison StoreFile() => new(
        $"Local disk: store a file of {scale.LargeBytes >> 20} MiB",
        new Contender("File.Copy", RunOnThread(() => File.Copy(_source, _stored))) { CleanUp = DeleteStored },
        new Contender("SHA-256, then File.Copy", RunOnThread(() =>
        {
            using var source = OpenSource();
            _ = SHA256.HashData(source);
            File.Copy(_source, _stored);
        }))
        { CleanUp = DeleteStored },
        new Contender("hand-written pipeline", RunOnThread(() =>
        {
            using var source = OpenSource();
            _ = HandWrittenPipeline.Store(source, _stored);
        }))
        { CleanUp = DeleteStored, IsBaseline = true },
        new Contender("UploadFileAsync", () => store.UploadFileAsync(_path, _source)) { CleanUp = DeleteArtifact, IsOurs = true })
    {
        Bytes = scale.LargeBytes,
        Aim = Aim,
        Remark = "The pipeline and ours hash, flush to the disk and appear at once; the copies do neither flush nor appear at once.",
    };

    private Comparison StoreStream() => new(
        $"Local disk: store a stream of {scale.LargeBytes >> 20} MiB that cannot seek",
        new Contender("hand-written pipeline", RunOnThread(() => _ = HandWrittenPipeline.Store(new PatternStream(scale.LargeBytes), _stored)))
        {
            CleanUp = DeleteStored,
            IsBaseline = true,
        },
        new Contender("WriteAsync", () => store.WriteAsync(_path, new PatternStream(scale.LargeBytes))) { CleanUp = DeleteArtifact, IsOurs = true })
    {
        Bytes = scale.LargeBytes,
        Aim = Aim,
    };

    private Comparison FetchFile() => new(
        $"Local disk: fetch {scale.LargeBytes >> 20} MiB into a file",
        new Contender("File.Copy", RunOnThread(() => File.Copy(_stored, _target))) { CleanUp = DeleteTarget },
        new Contender("SHA-256, then File.Copy", RunOnThread(() =>
        {
            using var stored = File.OpenRead(_stored);
            _ = SHA256.HashData(stored);
            File.Copy(_stored, _target);
        }))
        { CleanUp = DeleteTarget },
        new Contender(
            "hand-written pipeline", RunOnThread(() => HandWrittenPipeline.Fetch(_stored, _target, _digest)))
        { CleanUp = DeleteTarget, IsBaseline = true },
        new Contender("DownloadFileAsync", () => store.DownloadFileAsync(_path, _target)) { CleanUp = DeleteTarget, IsOurs = true })
    {
        Bytes = scale.LargeBytes,
        Aim = Aim,
        Remark = "All but File.Copy verify the SHA-256; nobody flushes.",
    };

    private Comparison StoreSmall(int parallelism) => new(
        $"Local disk: store {scale.SmallCount:#,0} × 10 KiB, {parallelism} at a time",
        new Contender("File.WriteAllBytesAsync", InTurns(parallelism, name => File.WriteAllBytesAsync(name, _small))) { CleanUp = EmptySmall },
        new Contender("hand-written pipeline", InTurns(parallelism, name => Task.FromResult(HandWrittenPipeline.Store(_small, name))))
        {
            CleanUp = EmptySmall,
            IsBaseline = true,
        },
        new Contender("WriteBytesAsync", InTurns(
            parallelism, name => store.WriteBytesAsync(ArtifactPath.Parse($"small/{Path.GetFileName(name)}"), _small)))
        {
            CleanUp = () => Empty(Path.Combine(folder, "store", "objects", "small")),
            IsOurs = true,
        })
    {
        Operations = scale.SmallTurn,
        Bytes = (long)scale.SmallTurn * Scale.SmallBytes,
        Aim = Aim,
        Remark = "The pipeline and ours hash, flush file and folder and appear at once; File.WriteAllBytesAsync does none of it.",
    };

    private Func<Task> InTurns(int parallelism, Func<string, Task> store) =>
        Workload.InTurns(scale, parallelism, index => store(Path.Combine(_smallFolder, $"{index}")));

    private FileStream OpenSource() => new(_source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

    private void DeleteStored() => File.Delete(_stored);

    private void DeleteTarget() => File.Delete(_target);

    private void EmptySmall() => Empty(_smallFolder);

    private static void Empty(string folder) => Array.ForEach(Directory.GetFiles(folder), File.Delete);

    private void DeleteArtifact() => Directory.Delete(Path.Combine(folder, "store", "objects"), recursive: true);

    private static Func<Task> RunOnThread(Action action) => () => Task.Run(action);
}
