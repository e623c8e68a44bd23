using System.IO.Hashing;

namespace MlOps.Storage;

/// <summary>What a first pass over content found: its SHA-256, and of each part what is enough to notice in the second pass that it has changed.</summary>
/// <remarks>A second SHA-256 would cost as much as sending the bytes; XXH128 costs a tenth, and what changes a file by accident does not find its collisions.</remarks>
internal sealed class HashedParts
{
    private readonly List<UInt128> _parts = [];
    private long _length;

    private HashedParts()
    {
    }

    /// <summary>Gets the SHA-256 of the content.</summary>
    public Sha256Digest Digest { get; private set; }

    /// <summary>Reads the source to its end, and rewinds it.</summary>
    public static async Task<HashedParts> OfAsync(UploadSource source, int partSize, CancellationToken cancellationToken)
    {
        var hashed = new HashedParts();
        using var reader = new ContentPartReader(source, partSize);
        await foreach (var part in reader.ReadAllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            using (part)
            {
                hashed._parts.Add(XxHash128.HashToUInt128(part.Content.Span));
            }
        }

        hashed.Digest = await reader.GetDigestAsync().ConfigureAwait(false);
        hashed._length = reader.BytesRead;
        source.Position = 0;
        return hashed;
    }

    /// <summary>Throws if a part is not what it was.</summary>
    public void ThrowIfChanged(ArtifactPath path, ContentPart part)
    {
        if (part.Number > _parts.Count || XxHash128.HashToUInt128(part.Content.Span) != _parts[part.Number - 1])
        {
            throw Changed(path, Digest);
        }
    }

    /// <summary>Throws if the content ended early.</summary>
    public void ThrowIfShorter(ArtifactPath path, long length)
    {
        if (length < _length)
        {
            throw Changed(path, Digest);
        }
    }

    /// <summary>Says that content was not the same when it was read for the second time.</summary>
    public static ArtifactIntegrityException Changed(ArtifactPath path, Sha256Digest digest) =>
        new(path, digest, actual: null, "The content was changed while it was being stored: it was not the same when it was read for the second time.");
}
