using System.IO.Hashing;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>The hashes of a first pass over content: its SHA-256, and an XXH128 of each part that detects changes in the second pass.</summary>
/// <remarks>A second SHA-256 would take as much time as sending the bytes. XXH128 takes a tenth of it, and is sufficient for accidental changes.</remarks>
internal sealed class HashedParts
{
    private readonly List<UInt128> _parts = [];
    private long _length;

    private HashedParts()
    {
    }

    /// <summary>Gets the SHA-256 of the content.</summary>
    public Sha256Digest Digest { get; private set; }

    /// <summary>Reads and hashes the source, and rewinds it.</summary>
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

    /// <summary>Throws if a part has changed since the first pass.</summary>
    public void ThrowIfChanged(ArtifactPath path, ContentPart part)
    {
        if (part.Number > _parts.Count || XxHash128.HashToUInt128(part.Content.Span) != _parts[part.Number - 1])
        {
            throw Changed(path, Digest);
        }
    }

    /// <summary>Throws if the content is shorter than in the first pass.</summary>
    public void ThrowIfShorter(ArtifactPath path, long length)
    {
        if (length < _length)
        {
            throw Changed(path, Digest);
        }
    }

    /// <summary>Creates the exception for content that changed between two passes.</summary>
    public static ArtifactIntegrityException Changed(ArtifactPath path, Sha256Digest digest) =>
        new(path, digest, actual: null, "The content was changed while it was being stored: the second pass read different bytes.");
}
