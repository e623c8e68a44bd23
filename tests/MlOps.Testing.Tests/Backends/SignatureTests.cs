using Amazon.S3;
using Amazon.S3.Model;
using Azure.Storage.Blobs;
using MlOps.Tests.Backends;

namespace MlOps.Testing.Tests.Backends;

/// <summary>A signature covers the address a request is sent to; it must still hold behind the proxy, which has another.</summary>
public sealed class SignatureTests
{
    [Test]
    [RequiresServer("moto")]
    public async Task Moto_accepts_requests_through_the_proxy() => await WriteAndReadAsync(await MotoServer.RequireAsync());

    [Test]
    [RequiresServer("rgw")]
    public async Task Ceph_accepts_requests_through_the_proxy() => await WriteAndReadAsync(await RgwServer.RequireAsync());

    [Test]
    [RequiresServer("rgw")]
    public async Task Ceph_refuses_wrong_keys()
    {
        var server = await RgwServer.RequireAsync() with { SecretKey = "wrong" };

        await Assert.ThatAsync(
            () => WriteAndReadAsync(server),
            Throws.InstanceOf<AmazonS3Exception>().With.Property("ErrorCode").EqualTo("SignatureDoesNotMatch"));
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Azurite_accepts_requests_through_the_proxy()
    {
        var server = await AzuriteServer.RequireAsync();
        await using var proxy = new FaultProxy(server.Endpoint);
        var container = new BlobContainerClient(server.Through(proxy).ConnectionString, AzuriteServer.NewContainerName());

        await container.CreateAsync();
        await container.UploadBlobAsync("folder/a b+c", BinaryData.FromString("text"));
        var read = await container.GetBlobClient("folder/a b+c").DownloadContentAsync();

        Assert.That(read.Value.Content.ToString(), Is.EqualTo("text"));
        Assert.That(proxy.Requests, Is.Not.Empty);
    }

    private static async Task WriteAndReadAsync(S3Server server)
    {
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var settings = new AmazonS3Config
        {
            ServiceURL = server.Through(proxy).ServiceUrl.ToString(),
            ForcePathStyle = true,
            RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED,
        };
        using var client = new AmazonS3Client(server.AccessKey, server.SecretKey, settings);
        var bucket = S3Server.NewBucketName();

        await client.PutBucketAsync(bucket);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = "folder/a b+c", ContentBody = "text" });
        using var read = await client.GetObjectAsync(bucket, "folder/a b+c");

        Assert.That(await new StreamReader(read.ResponseStream).ReadToEndAsync(), Is.EqualTo("text"));
        Assert.That(proxy.Requests, Is.Not.Empty);
    }
}
