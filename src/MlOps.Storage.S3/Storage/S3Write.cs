using System.Buffers.Binary;
using System.IO.Hashing;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>One write: what is to be stored, and the requests that store it.</summary>
internal sealed class S3Write(S3Bucket bucket, string key, ArtifactWriteOptions options)
{
    public string Key { get; } = key;

    public WriteCondition Condition => options.Condition;

    public Sha256Digest? ExpectedSha256 => options.ExpectedSha256;

    /// <summary>Gets what only this write puts into the object's metadata, so that it recognises its own object after a lost answer.</summary>
    public string Nonce { get; } = Guid.NewGuid().ToString("N");

    private bool HasChecksums => bucket.Options.Checksums == RequestChecksumCalculation.WHEN_SUPPORTED;

    /// <summary>Gets whether parts carry a CRC-32: where the payload is signed (over http), its SHA-256 guards it already.</summary>
    private bool HasPartChecksums => HasChecksums && bucket.IsEncrypted;

    /// <summary>Makes the request that stores the whole content at once.</summary>
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
            UseChunkEncoding = false, // Ceph would keep "aws-chunked" as the object's content encoding
            DisablePayloadSigning = bucket.IsEncrypted,
            ServerSideEncryptionMethod = bucket.Options.ServerSideEncryption,
            ServerSideEncryptionKeyManagementServiceKeyId = bucket.Options.KmsKeyId,
            ChecksumSHA256 = HasChecksums ? Convert.ToBase64String(Convert.FromHexString(digest.ToString())) : null,
        };
        S3Attributes.Set(request.Metadata, options, digest, Nonce);
        return request;
    }

    /// <summary>Makes the request that begins an upload in parts.</summary>
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

    /// <summary>Makes the request that uploads a part.</summary>
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

    /// <summary>Computes what the SDK, asked by the algorithm's name, would announce and then leave out, or put into an <c>aws-chunked</c> trailer.</summary>
    private static string ToCrc32(ReadOnlySpan<byte> content)
    {
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(content));
        return Convert.ToBase64String(checksum);
    }
}
