using System.Buffers.Binary;
using System.IO.Hashing;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Creates the requests of one write.</summary>
internal sealed class S3Write(S3Bucket bucket, string key, ArtifactWriteOptions options)
{
    public string Key { get; } = key;

    public WriteCondition Condition => options.Condition;

    public Sha256Digest? ExpectedSha256 => options.ExpectedSha256;

    /// <summary>Gets the unique value in the metadata of the object, by which the write recognizes its own object after a lost response.</summary>
    public string Nonce { get; } = Guid.NewGuid().ToString("N");

    private bool HasChecksums => bucket.Options.Checksums == RequestChecksumCalculation.WHEN_SUPPORTED;

    /// <summary>Gets a value indicating whether parts have a CRC-32. Over HTTP, the payload signature already contains a SHA-256.</summary>
    private bool HasPartChecksums => HasChecksums && bucket.IsEncrypted;

    /// <exception cref="ArtifactIntegrityException">The digest is not the expected one.</exception>
    public void Verify(ArtifactPath path, Sha256Digest digest)
    {
        if (ExpectedSha256 is { } expected && expected != digest)
        {
            throw new ArtifactIntegrityException(path, expected, digest);
        }
    }

    /// <summary>Creates the request that stores the whole content.</summary>
    public PutObjectRequest Put(Stream content, Sha256Digest digest)
    {
        var request = new PutObjectRequest
        {
            BucketName = bucket.Name,
            Key = Key,
            InputStream = content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            ContentType = options.ContentType,
            UseChunkEncoding = false, // Ceph stores "aws-chunked" as the content encoding of the object
            DisablePayloadSigning = bucket.IsEncrypted,
            ServerSideEncryptionMethod = bucket.Options.ServerSideEncryption,
            ServerSideEncryptionKeyManagementServiceKeyId = bucket.Options.KmsKeyId,
            ChecksumSHA256 = HasChecksums ? Convert.ToBase64String(Convert.FromHexString(digest.ToString())) : null,
        };
        S3Attributes.Set(request.Metadata, options, digest, Nonce);
        return request;
    }

    /// <summary>Creates the request that starts a multipart upload.</summary>
    public InitiateMultipartUploadRequest Begin(Sha256Digest? digest)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = Key,
            ContentType = options.ContentType,
            ServerSideEncryptionMethod = bucket.Options.ServerSideEncryption,
            ServerSideEncryptionKeyManagementServiceKeyId = bucket.Options.KmsKeyId,
            ChecksumAlgorithm = HasPartChecksums ? ChecksumAlgorithm.CRC32 : null,
        };
        S3Attributes.Set(request.Metadata, options, digest, Nonce);
        return request;
    }

    /// <summary>Creates the request that uploads a part.</summary>
    public UploadPartRequest Upload(ContentPart part, Stream content, string uploadId) => new()
    {
        BucketName = bucket.Name,
        Key = Key,
        UploadId = uploadId,
        PartNumber = part.Number,
        PartSize = part.Content.Length,
        InputStream = content,
        UseChunkEncoding = false,
        DisablePayloadSigning = bucket.IsEncrypted,
        ChecksumCRC32 = HasPartChecksums ? ToCrc32(part.Content.Span) : null,
    };

    /// <summary>Computes the CRC-32 header. If only the algorithm is set, the SDK omits the value or sends it in an <c>aws-chunked</c> trailer.</summary>
    private static string ToCrc32(ReadOnlySpan<byte> content)
    {
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(content));
        return Convert.ToBase64String(checksum);
    }
}
