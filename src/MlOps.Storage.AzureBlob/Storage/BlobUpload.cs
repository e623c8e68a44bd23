using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>One write under way: sends its blocks, makes them an artifact, and finds out who won where the condition did not hold.</summary>
internal sealed class BlobUpload(BlockBlobClient blob, ArtifactPath path, ArtifactWriteOptions write, AzureBlobErrors errors, bool withChecksums)
{
    private const string Operation = "write";
    private readonly string _nonce = Guid.NewGuid().ToString("N");
    private readonly UploadTransferValidationOptions? _validation =
        withChecksums ? new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.StorageCrc64 } : null;

    private int _blocks;

    /// <summary>Stores content of one block with one request.</summary>
    public async Task<ArtifactWriteResult> SendAsync(ContentPart content, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var upload = new BlobUploadOptions
        {
            Conditions = Conditions(),
            // What is Azure's default as well need not be said.
            HttpHeaders = write.ContentType == ArtifactWriteOptions.DefaultContentType ? null : Headers(),
            // Without a condition one request cannot lose a race, and there is nothing to recognise.
            Metadata = BlobAttributes.ToBlobMetadata(write.Metadata, digest, write.Condition.IsNone ? null : _nonce),
            TransferOptions = new StorageTransferOptions { InitialTransferSize = int.MaxValue },
            TransferValidation = _validation,
        };
        var eTag = await DecideAsync(() => blob.UploadAsync(content.OpenRead(), upload, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (eTag is { } stored)
        {
            return Result(stored, content.Content.Length, digest);
        }

        // Blocks that an earlier write left behind uncommitted count as a blob for this request, though not for a commit.
        await StageAsync(content, cancellationToken).ConfigureAwait(false);
        return await CommitAsync(content.Content.Length, digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a block; nobody sees it until all are committed. May be called in parallel.</summary>
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

    /// <summary>Makes the blocks an artifact.</summary>
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

    /// <summary>Makes the request that stores the artifact, and decides what its outcome means.</summary>
    /// <returns>The ETag stored; <see langword="null"/> if the service saw a blob where the write was only if absent, but there is none now.</returns>
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

    /// <summary>Looks who won: it may be this very write, if its first answer was lost and the SDK made the request again.</summary>
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
                $"Could not write '{path}': another writer stored it meanwhile, at which Azure discards the blocks of this one. Write it again, or write only if absent.",
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

    private static ArtifactWriteResult Result(ETag eTag, long size, Sha256Digest digest) => new() { ETag = BlobAttributes.ToText(eTag), Size = size, Sha256 = digest };

    /// <summary>Names a block: unique to this write, and of the one length that the SDK's own uploads use, because a blob's block names must be equally long.</summary>
    private string BlockId(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_nonce}{number:d16}")));

    private static bool IsLostRace(RequestFailedException exception) =>
        exception.ErrorCode is { } code
        && (code == BlobErrorCode.BlobAlreadyExists || code == BlobErrorCode.ConditionNotMet || code == BlobErrorCode.InvalidBlockList);
}
