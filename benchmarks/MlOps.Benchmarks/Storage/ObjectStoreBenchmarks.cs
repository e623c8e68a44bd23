using MlOps.Storage;

namespace MlOps.Benchmarks.Storage;

/// <summary>Measures a store on a server against the calls of the SDK of its vendor.</summary>
internal abstract class ObjectStoreBenchmarks(string server, IArtifactStore store, string folder, Scale scale)
{
    public const string Ours = "ours";
    private const int CopyBufferSize = 1 << 20;
    private const int SmallCopyBufferSize = 16 << 10;
    private const string Listed = "listed";
    private readonly string _source = Path.Combine(folder, "source");
    private readonly string _target = Path.Combine(folder, "target");
    private readonly byte[] _small = PatternStream.ToArray(Scale.SmallBytes);

    protected double UploadAim { get; init; } = 0.95;

    protected double DownloadAim { get; init; } = 0.95;

    protected bool SmallAimsAtFewerAllocations { get; init; }

    protected string UploadRemark { get; init; } = "";

    protected string DownloadRemark { get; init; } = "";

    protected abstract IEnumerable<RawCall<(string Key, Stream Content)>> Uploads { get; }

    /// <summary>Gets the calls that read a whole object through <see cref="DrainAsync"/>.</summary>
    protected abstract IEnumerable<RawCall<string>> Downloads { get; }

    protected abstract IEnumerable<RawCall<(string Key, string File)>> FileDownloads { get; }

    protected abstract RawCall<string> List { get; }

    protected abstract RawCall<string> Find { get; }

    /// <summary>Uploads a large object.</summary>
    protected async Task<List<IOutcome>> RunUploadsAsync()
    {
        await WriteSourceAsync();
        return [await Runner.RunAsync(UploadLarge(), scale.Rounds)];
    }

    /// <summary>Downloads a large object, which each contender of an upload stores first.</summary>
    protected async Task<List<IOutcome>> RunDownloadsAsync()
    {
        await WriteSourceAsync();
        foreach (var contender in UploadLarge().Contenders)
        {
            await new Measurement(contender).RunAsync(isWarmUp: true);
        }

        return [await Runner.RunAsync(DownloadLarge(), scale.Rounds), await Runner.RunAsync(DownloadFile(), scale.Rounds)];
    }

    /// <summary>Transfers and finds small objects.</summary>
    protected async Task<List<IOutcome>> RunSmallAsync()
    {
        var outcomes = new List<IOutcome>();
        foreach (var parallelism in new[] { 1, 8, 32 })
        {
            outcomes.Add(await Runner.RunAsync(UploadSmall(parallelism), scale.Rounds));
            outcomes.Add(await Runner.RunAsync(DownloadSmall(parallelism), scale.Rounds));
        }

        outcomes.Add(await Runner.RunAsync(FindOne(), scale.Rounds));
        return outcomes;
    }

    /// <summary>Lists many objects.</summary>
    protected async Task<List<IOutcome>> RunListAsync()
    {
        await Workload.ForEachAsync(scale.ListedCount, 16, index => store.WriteBytesAsync(ArtifactPath.Parse($"{Listed}/{index:00000}"), []));
        return [await Runner.RunAsync(ListAll(), scale.Rounds)];
    }

    private async Task WriteSourceAsync()
    {
        await using var file = File.Create(_source);
        await new PatternStream(scale.LargeBytes).CopyToAsync(file);
    }

    /// <summary>Reads to the end and discards the content.</summary>
    protected static Task DrainAsync(Stream content, long length) =>
        content.CopyToAsync(Stream.Null, length < CopyBufferSize ? SmallCopyBufferSize : CopyBufferSize);

    private Comparison UploadLarge() => new(
        $"{server}: upload a file of {scale.LargeBytes >> 20} MiB",
        [
            .. Uploads.Select(call => call.ToContender(async () =>
            {
                await using var source = new FileStream(_source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
                await call.RunAsync((KeyOf(call.Name), source));
            })),
            new Contender("ours, UploadFileAsync", () => store.UploadFileAsync(ArtifactPath.Parse(KeyOf(Ours)), _source)) { IsOurs = true },
        ])
    {
        Bytes = scale.LargeBytes,
        Aim = UploadAim,
        Remark = UploadRemark,
    };

    private Comparison DownloadLarge() => new(
        $"{server}: read {scale.LargeBytes >> 20} MiB as a stream",
        [
            .. Downloads.Select(static call => call.ToContender(() => call.RunAsync(KeyOf(call.Reads)))),
            new Contender("ours, OpenReadAsync", () => ReadAsync(KeyOf(Ours))) { IsOurs = true },
        ])
    {
        Bytes = scale.LargeBytes,
        Aim = DownloadAim,
        Remark = DownloadRemark,
    };

    private Comparison DownloadFile() => new(
        $"{server}: download {scale.LargeBytes >> 20} MiB into a file",
        [
            .. FileDownloads.Select(call => call.ToContender(() => call.RunAsync((KeyOf(call.Reads), _target))) with { CleanUp = DeleteTarget }),
            new Contender(
                "ours, DownloadFileAsync", () => store.DownloadFileAsync(ArtifactPath.Parse(KeyOf(Ours)), _target)) { IsOurs = true, CleanUp = DeleteTarget },
        ])
    {
        Bytes = scale.LargeBytes,
        Aim = 0.95,
    };

    private Comparison UploadSmall(int parallelism) => new(
        $"{server}: upload {scale.SmallCount:#,0} × 10 KiB, {parallelism} at a time",
        [
            .. Uploads.Where(static call => !call.IsForLargeOnly).Select(call => call.ToContender(
                InTurns(parallelism, key => call.RunAsync((key, new MemoryStream(_small, writable: false)))))),
            new Contender("ours, WriteBytesAsync", InTurns(parallelism, key => store.WriteBytesAsync(ArtifactPath.Parse(key), _small))) { IsOurs = true },
        ])
    {
        Operations = scale.SmallTurn,
        Bytes = (long)scale.SmallTurn * Scale.SmallBytes,
        Aim = 0.95,
        AimsAtFewerAllocations = SmallAimsAtFewerAllocations,
    };

    private Comparison DownloadSmall(int parallelism) => new(
        $"{server}: download {scale.SmallCount:#,0} × 10 KiB, {parallelism} at a time",
        [
            .. Downloads.Where(static call => !call.IsForLargeOnly).Select(call => call.ToContender(InTurns(parallelism, call.RunAsync))),
            new Contender("ours, OpenReadAsync", InTurns(parallelism, ReadAsync)) { IsOurs = true },
        ])
    {
        Operations = scale.SmallTurn,
        Bytes = (long)scale.SmallTurn * Scale.SmallBytes,
        Aim = 0.95,
        AimsAtFewerAllocations = SmallAimsAtFewerAllocations,
    };

    private Comparison FindOne() => new(
        $"{server}: find, one at a time",
        Find.ToContender(InTurns(1, Find.RunAsync)),
        new Contender("ours, FindAsync", InTurns(1, key => store.FindAsync(ArtifactPath.Parse(key)))) { IsOurs = true })
    {
        Operations = scale.SmallTurn,
        Aim = 0.95,
    };

    private Comparison ListAll() => new(
        $"{server}: list {scale.ListedCount:#,0} objects",
        List.ToContender(() => List.RunAsync($"{Listed}/")),
        new Contender("ours, ListAsync", async () => await store.ListAsync(ArtifactPath.Parse(Listed)).CountAsync()) { IsOurs = true })
    {
        Operations = scale.ListedCount,
        Aim = 0.95,
    };

    private static string KeyOf(string upload) => $"large/{upload}";

    private async Task ReadAsync(string key)
    {
        await using var content = await store.OpenReadAsync(ArtifactPath.Parse(key));
        await DrainAsync(content.Stream, content.Info.Size);
    }

    private Func<Task> InTurns(int parallelism, Func<string, Task> action) => Workload.InTurns(scale, parallelism, index => action($"small/{index}"));

    private void DeleteTarget() => File.Delete(_target);
}
