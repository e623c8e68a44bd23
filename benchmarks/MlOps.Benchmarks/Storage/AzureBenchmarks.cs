using System.Security.Cryptography;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Storage;

/// <summary>Measures the Azure store against the Azure SDK, on Azurite.</summary>
internal sealed class AzureBenchmarks : ObjectStoreBenchmarks
{
    private static readonly StorageTransferOptions s_likeOurs = new() { InitialTransferSize = 8 << 20, MaximumTransferSize = 8 << 20, MaximumConcurrency = 4 };
    private const string Shared = "Azure";
    private readonly BlobContainerClient _container;

    private AzureBenchmarks(string name, BlobContainerClient container, IArtifactStore store, string folder, Scale scale)
        : base(name, store, folder, scale)
    {
        _container = container;
        UploadRemark = "Ours alone computes and stores a SHA-256 of the whole content.";
        DownloadRemark = "Ours verifies the SHA-256 of the whole content; the SDK verifies nothing unless asked to.";
    }

    protected override IEnumerable<RawCall<(string Key, Stream Content)>> Uploads =>
    [
        new("UploadAsync", upload => Blob(upload.Key).UploadAsync(upload.Content, overwrite: true)),
        new("UploadAsync, 4 × 8 MiB at a time", upload => Blob(upload.Key).UploadAsync(upload.Content, new BlobUploadOptions { TransferOptions = s_likeOurs }))
        {
            IsForLargeOnly = true,
        },
    ];

    protected override IEnumerable<RawCall<string>> Downloads =>
    [
        new("DownloadToAsync", key => Blob(key).DownloadToAsync(Stream.Null)),
        new("DownloadToAsync, 4 × 8 MiB at a time", key => Blob(key).DownloadToAsync(Stream.Null, new BlobDownloadToOptions { TransferOptions = s_likeOurs }))
        {
            IsForLargeOnly = true,
        },
        new("DownloadToAsync through a SHA-256", DownloadHashedAsync) { IsBaseline = false, IsForLargeOnly = true },
        new("OpenReadAsync", async key =>
        {
            await using var stream = await Blob(key).OpenReadAsync();
            await DrainAsync(stream, stream.Length);
        }),
    ];

    protected override IEnumerable<RawCall<(string Key, string File)>> FileDownloads =>
    [
        new("DownloadToAsync", download => Blob(download.Key).DownloadToAsync(download.File)),
        new("DownloadToAsync, 4 × 8 MiB at a time", download =>
            Blob(download.Key).DownloadToAsync(download.File, new BlobDownloadToOptions { TransferOptions = s_likeOurs })),
    ];

    protected override RawCall<string> List => new("GetBlobsAsync", async prefix =>
    {
        await foreach (var entry in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }))
        {
            _ = entry;
        }
    });

    protected override RawCall<string> Find => new("GetPropertiesAsync", key => Blob(key).GetPropertiesAsync());

    /// <summary>Runs each part on a new server, because Azurite keeps all content in memory, even overwritten content, and becomes slower.</summary>
    /// <remarks>
    /// One download keeps both processors of a small machine busy, so the client takes processor time from the server, unlike in production. Downloads
    /// are therefore measured twice: with shared processors, and with one processor for each.
    /// </remarks>
    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, Scale scale) =>
    [
        .. await RunOnFreshServerAsync(Shared, folder, scale, static benchmarks => benchmarks.RunUploadsAsync()),
        .. await RunOnFreshServerAsync(Shared, folder, scale, static benchmarks => benchmarks.RunDownloadsAsync()),
        .. await RunApartAsync(folder, scale, static benchmarks => benchmarks.RunDownloadsAsync()),
        .. await RunOnFreshServerAsync(Shared, folder, scale, static benchmarks => benchmarks.RunSmallAsync()),
        .. await RunOnFreshServerAsync(Shared, folder, scale, static benchmarks => benchmarks.RunListAsync()),
    ];

    /// <summary>Runs a part with one processor for the server, which inherits the setting of this process, and another for the client.</summary>
    private static async Task<List<IOutcome>> RunApartAsync(string folder, Scale scale, Func<AzureBenchmarks, Task<List<IOutcome>>> part)
    {
        OwnProcessors.Use("0");
        try
        {
            return await RunOnFreshServerAsync("Azure, client and server on a processor each", folder, scale, benchmarks =>
            {
                OwnProcessors.Use("1");
                return part(benchmarks);
            });
        }
        finally
        {
            OwnProcessors.UseAll();
        }
    }

    private static async Task<List<IOutcome>> RunOnFreshServerAsync(string name, string folder, Scale scale, Func<AzureBenchmarks, Task<List<IOutcome>>> part)
    {
        await using var server = await AzuriteServer.StartAsync();
        var container = new BlobContainerClient(server.ConnectionString, AzuriteServer.NewContainerName());
        await using var services = StoreSettings.Azure(server, container.Name).Build();
        await container.CreateAsync();
        return await part(new AzureBenchmarks(name, container, services.GetRequiredService<IArtifactStore>(), folder, scale));
    }

    /// <summary>Computes the same hash as the library, without comparing it.</summary>
    private async Task DownloadHashedAsync(string key)
    {
        using var sha256 = SHA256.Create();
        await using var hashing = new CryptoStream(Stream.Null, sha256, CryptoStreamMode.Write);
        await Blob(key).DownloadToAsync(hashing);
    }

    private BlobClient Blob(string key) => _container.GetBlobClient(key);
}
