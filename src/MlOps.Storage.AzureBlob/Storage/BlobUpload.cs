using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Performs one write: uploads and commits blocks, and determines the winner if the condition is false.</summary>
internal sealed class BlobUpload(BlockBlobClient blob, ArtifactPath path, ArtifactWriteOptions write, AzureBlobErrors errors, bool withChecksums)
{
    private const string Operation = "write";
    private readonly string _nonce = Guid.NewGuid().ToString("N");
    private readonly UploadTransferValidationOptions? _validation =
        withChecksums ? new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.StorageCrc64 } : null;

    private int _blocks;

    /// <summary>Stores content of one block in one request.</summary>
    public async Task<ArtifactWriteResult> SendAsync(ContentPart content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var upload = new BlobUploadOptions
        {
            Conditions = Conditions(),
            // The default of Azure is the same.
            HttpHeaders = write.ContentType == ArtifactWriteOptions.DefaultContentType ? null : Headers(),
            // An unconditional request needs no nonce, because it cannot lose a race.
            Metadata = BlobAttributes.ToBlobMetadata(write.Metadata, digest, write.Condition.IsNone ? null : _nonce),
            TransferOptions = new StorageTransferOptions { InitialTransferSize = int.MaxValue },
            TransferValidation = _validation,
        };
        var eTag = await DecideAsync(() => blob.UploadAsync(content.OpenRead(), upload, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (eTag is { } stored)
        {
            return Result(stored, content.Content.Length, digest);
        }

        // Uncommitted blocks of an earlier write count as a blob for this request, but not for a commit.
        await StageAsync(content, cancellationToken).ConfigureAwait(false);
        return await CommitAsync(content.Content.Length, digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Uploads a block, which is not visible until the commit. May be called in parallel.</summary>
    public async Task StageAsync(ContentPart block, CancellationToken cancellationToken)
    {
        try
        {
            var stage = new BlockBlobStageBlockOptions { TransferValidation = _validation };
            await blob.StageBlockAsync(BlockId(block.Number), block.OpenRead(), stage, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _blocks);
        }
        catch (Exception exception) when (errors.Translate(exception, Operation, path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Commits the blocks.</summary>
    public async Task<ArtifactWriteResult> CommitAsync(long size, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var commit = new CommitBlockListOptions
        {
            Conditions = Conditions(),
            HttpHeaders = Headers(),
            Metadata = BlobAttributes.ToBlobMetadata(write.Metadata, digest, _nonce),
        };
        var blocks = Enumerable.Range(1, _blocks).Select(BlockId);
        var eTag = await DecideAsync(() => blob.CommitBlockListAsync(blocks, commit, cancellationToken), cancellationToken).ConfigureAwait(false);
        return Result(eTag ?? throw new ArtifactExistsException(path), size, digest);
    }

    /// <summary>Sends the request that stores the artifact, and interprets its outcome.</summary>
    /// <returns>The new ETag, or <see langword="null"/> if the service rejected a write with IfAbsent but there is no blob now.</returns>
    private async Task<ETag?> DecideAsync(Func<Task<Response<BlobContentInfo>>> request, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                var eTag = (await request().ConfigureAwait(false)).Value.ETag;
                _ = BlobAttributes.ToText(eTag);
                return eTag;
            }
            catch (RequestFailedException exception) when (IsLostRace(exception))
            {
                return await SettleAsync(exception, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (errors.Translate(exception, Operation, path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Determines the winner. It may be this write, if its first response was lost and the SDK repeated the request.</summary>
    private async Task<ETag?> SettleAsync(RequestFailedException lost, CancellationToken cancellationToken)
    {
        var current = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (current is not null && current.Metadata.TryGetValue(BlobAttributes.WriteKey, out var nonce) && nonce == _nonce)
        {
            return current.ETag;
        }

        if (write.Condition.IsIfAbsent)
        {
            return current is null ? null : throw new ArtifactExistsException(path, lost);
        }

        throw write.Condition.IsNone
            ? new ProviderException(
                AzureBlobStorageOptions.DefaultKey, Operation, isTransient: true,
                $"Could not write '{path}': another writer has stored the artifact, and Azure has discarded the blocks of this write. "
                + "Write it again, or use WriteCondition.IfAbsent.",
                lost)
            : new ArtifactConflictException(path, lost);
    }

    private async Task<BlobProperties?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private BlobRequestConditions? Conditions() => write.Condition switch
    {
        { IsIfAbsent: true } => new BlobRequestConditions { IfNoneMatch = ETag.All },
        { ETag: { } eTag } => new BlobRequestConditions { IfMatch = BlobAttributes.ToETag(eTag) },
        _ => null,
    };

    private BlobHttpHeaders Headers() => new() { ContentType = write.ContentType };

    private static ArtifactWriteResult Result(ETag eTag, long size, Sha256Digest digest) =>
        new() { ETag = BlobAttributes.ToText(eTag), Size = size, Sha256 = digest };

    /// <summary>
    /// Gets the ID of a block. It is unique to this write, and has the length that the SDK uses, because all block IDs of a blob must have the same length.
    /// </summary>
    private string BlockId(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_nonce}{number:d16}")));

    private static bool IsLostRace(RequestFailedException exception) =>
        exception.ErrorCode is { } code
        && (code == BlobErrorCode.BlobAlreadyExists || code == BlobErrorCode.ConditionNotMet || code == BlobErrorCode.InvalidBlockList);
}
