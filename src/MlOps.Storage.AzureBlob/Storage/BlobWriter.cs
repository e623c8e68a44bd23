using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Writes blobs: in one request for content of one block, otherwise in parallel blocks with a commit.</summary>
internal sealed class BlobWriter(AzureBlobStorageOptions options, AzureBlobSettings settings, AzureBlobErrors errors)
{
    /// <summary>The maximum number of blocks of a blob.</summary>
    internal const int MaxBlocks = 50_000;

    public async Task<ArtifactWriteResult> WriteAsync(
        BlockBlobClient blob, ArtifactPath path, Stream content, ArtifactWriteOptions write, CancellationToken cancellationToken)
    {
        using var reader = new ContentPartReader(content, content.CanSeek ? ChooseBlockSize(content.Length - content.Position) : options.BlockSize);
        var upload = new BlobUpload(blob, path, write, errors, options.UploadChecksums ?? blob.Uri.Scheme == Uri.UriSchemeHttps);
        var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        if (first.IsLast)
        {
            using (first)
            {
                return await upload.SendAsync(first, await VerifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }

        await Parallel.ForEachAsync(
            reader.ReadAllAsync(first, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (block, stop) =>
            {
                using (block)
                {
                    ThrowIfTooMany(block.Number, path);
                    await upload.StageAsync(block, stop).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        return await upload.CommitAsync(reader.BytesRead, await VerifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        async Task<Sha256Digest> VerifyAsync() =>
            await reader.GetDigestAsync().ConfigureAwait(false) is var digest && write.ExpectedSha256 is { } expected && expected != digest
                ? throw new ArtifactIntegrityException(path, expected, digest)
                : digest;
    }

    /// <summary>Gets a block size that does not exceed the maximum number of blocks.</summary>
    internal int ChooseBlockSize(long length) => (int)Math.Clamp((length + MaxBlocks - 1) / MaxBlocks, options.BlockSize, Array.MaxLength);

    /// <summary>Throws if content of unknown length exceeds the maximum number of blocks.</summary>
    internal void ThrowIfTooMany(int blocks, ArtifactPath path)
    {
        if (blocks > MaxBlocks)
        {
            throw new ProviderException(
                AzureBlobStorageOptions.DefaultKey, "write", isTransient: false,
                $"The content for '{path}' exceeds {MaxBlocks} blocks of {options.BlockSize} bytes, which is the limit of a blob. "
                + $"Set {settings.Name(nameof(options.BlockSize))} to a larger value, or write from a stream that can seek.");
        }
    }
}
