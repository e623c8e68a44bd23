using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Benchmarks.Storage;

/// <summary>Measures the S3 store against the AWS SDK, on a Ceph server.</summary>
internal sealed class S3Benchmarks : ObjectStoreBenchmarks
{
    private const string PutObject = "PutObject, WHEN_REQUIRED";
    private const string TransferUtilityUpload = "TransferUtility, WHEN_REQUIRED";
    private readonly AmazonS3Client _default;
    private readonly AmazonS3Client _whenRequired;
    private readonly string _bucket;

    private S3Benchmarks(S3Server server, string bucket, IArtifactStore store, string folder, Scale scale)
        : base("S3", store, folder, scale)
    {
        _bucket = bucket;
        _default = CreateClient(server, RequestChecksumCalculation.WHEN_SUPPORTED);
        _whenRequired = CreateClient(server, RequestChecksumCalculation.WHEN_REQUIRED);
        UploadAim = 1.0;
        UploadRemark = "Ours alone computes and stores a SHA-256 of the whole content.";
        DownloadAim = 3.0;
        SmallAimsAtFewerAllocations = true;
        DownloadRemark = "Each reads what its own way of uploading stored. Ours verifies the SHA-256 of the whole content; "
            + "GetObject an MD5, though not of a multipart object; TransferUtility nothing.";
    }

    protected override IEnumerable<RawCall<(string Key, Stream Content)>> Uploads =>
    [
        new("PutObject by default", upload => _default.PutObjectAsync(ToRequest(upload))) { IsBaseline = false },
        new(PutObject, upload => _whenRequired.PutObjectAsync(ToRequest(upload))),
        new(TransferUtilityUpload, async upload =>
        {
            using var transfer = new TransferUtility(_whenRequired);
            await transfer.UploadAsync(upload.Content, _bucket, upload.Key);
        }) { IsBaseline = false, IsForLargeOnly = true },
    ];

    protected override IEnumerable<RawCall<string>> Downloads =>
    [
        new("GetObject", GetAsync) { Reads = PutObject },
        new("GetObject of a multipart object", GetAsync) { Reads = TransferUtilityUpload, IsBaseline = false, IsForLargeOnly = true },
        new("TransferUtility, OpenStreamWithResponse", async key =>
        {
            using var transfer = new TransferUtility(_default);
            using var response = await transfer.OpenStreamWithResponseAsync(_bucket, key);
            await DrainAsync(response.ResponseStream, response.Headers.ContentLength);
        }) { Reads = TransferUtilityUpload, IsBaseline = false, IsForLargeOnly = true },
    ];

    protected override IEnumerable<RawCall<(string Key, string File)>> FileDownloads =>
    [
        new("GetObject", async download =>
        {
            using var response = await _default.GetObjectAsync(_bucket, download.Key);
            await response.WriteResponseStreamToFileAsync(download.File, append: false, CancellationToken.None);
        }) { Reads = PutObject },
        new("TransferUtility, Download", async download =>
        {
            using var transfer = new TransferUtility(_default);
            await transfer.DownloadAsync(download.File, _bucket, download.Key);
        }) { Reads = PutObject, IsBaseline = false },
        new("TransferUtility, DownloadWithResponse", async download =>
        {
            using var transfer = new TransferUtility(_default);
            await transfer.DownloadWithResponseAsync(download.File, _bucket, download.Key);
        }) { Reads = TransferUtilityUpload, IsBaseline = false },
    ];

    protected override RawCall<string> List => new("ListObjectsV2", async prefix =>
    {
        await foreach (var entry in _default.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix }).S3Objects)
        {
            _ = entry;
        }
    });

    protected override RawCall<string> Find => new("GetObjectMetadata", key => _default.GetObjectMetadataAsync(_bucket, key));

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, Scale scale)
    {
        var server = await RgwServer.RequireAsync();
        var bucket = S3Server.NewBucketName();
        await using var services = StoreSettings.S3(server, bucket).Build();
        var benchmarks = new S3Benchmarks(server, bucket, services.GetRequiredService<IArtifactStore>(), folder, scale);
        await benchmarks._default.PutBucketAsync(bucket);
        return [
            .. await benchmarks.RunUploadsAsync(),
            .. await benchmarks.RunDownloadsAsync(),
            .. await benchmarks.RunSmallAsync(),
            .. await benchmarks.RunListAsync(),
        ];
    }

    private async Task GetAsync(string key)
    {
        using var response = await _default.GetObjectAsync(_bucket, key);
        await DrainAsync(response.ResponseStream, response.ContentLength);
    }

    private PutObjectRequest ToRequest((string Key, Stream Content) upload) => new()
    {
        BucketName = _bucket,
        Key = upload.Key,
        InputStream = upload.Content,
        AutoCloseStream = false,
    };

    private static AmazonS3Client CreateClient(S3Server server, RequestChecksumCalculation checksums) => new(
        new BasicAWSCredentials(server.AccessKey, server.SecretKey),
        new AmazonS3Config { ServiceURL = server.ServiceUrl.ToString(), ForcePathStyle = true, RequestChecksumCalculation = checksums });
}
