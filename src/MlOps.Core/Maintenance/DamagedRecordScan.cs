using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Finds the content that a record with a damaged log may reference, from the events that can still be read.</summary>
/// <remarks>
/// <para>The result contains all content that any event of the record, or its checkpoint, references, even if a later event removed the
/// reference. The result is complete if no reference can be missing. For this, each event must be unchanged, which the digest in the next event
/// proves, or plausible: valid JSON with the expected sequence number, in which each text with the length of a digest is the digest of existing
/// content. A damaged digest keeps its length, but is not the digest of other content.</para>
/// <para>Otherwise, an event is missing, or damage may hide a reference. In this case, the record may reference any content.</para>
/// </remarks>
internal sealed partial class DamagedRecordScan(IArtifactStore store, ArtifactPath folder, ILogger logger)
{
    private const int MaxSize = 256 << 20;
    private readonly ReferenceScanner _content = new(store, logger);
    private readonly HashSet<Sha256Digest> _digests = [];

    /// <summary>Gets the content that the record may reference.</summary>
    public IReadOnlySet<Sha256Digest> Content => _content.Found;

    /// <summary>Gets the texts in the events that may be ids of runs.</summary>
    public HashSet<string> RunIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether the record cannot reference other content.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Reads the events and the checkpoint.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var last = await FindLastAsync(cancellationToken).ConfigureAwait(false);
        IsComplete &= last > 0;
        byte[]? next = null;
        for (var sequence = last; sequence > 0; sequence--)
        {
            var bytes = await ReadBytesAsync(EventPath.Of(folder, sequence), cancellationToken).ConfigureAwait(false);
            _digests.UnionWith(DigestScanner.FindRaw(bytes));
            RunIds.UnionWith(RunId().Matches(Encoding.Latin1.GetString(bytes)).Select(static match => match.Value));
            var isUnchanged = next is not null && FindPrevious(next) == Sha256Digest.Of(bytes);
            IsComplete &= isUnchanged || await IsPlausibleAsync(bytes, sequence, cancellationToken).ConfigureAwait(false);
            next = bytes;
        }

        // Checkpoints are caches and cannot replace an event. They can only add content to keep, or prove that events after the last one are
        // missing.
        foreach (var checkpoint in CheckpointNames.All)
        {
            var bytes = await ReadBytesAsync(folder.Append(checkpoint), cancellationToken).ConfigureAwait(false);
            _digests.UnionWith(DigestScanner.FindRaw(bytes));
            IsComplete &= !(FindSequence(Parse(bytes)) > last);
        }

        await _content.AddAsync(_digests, static _ => true, cancellationToken).ConfigureAwait(false);
        IsComplete &= !_content.IsDamaged;
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex RunId();

    private async Task<long> FindLastAsync(CancellationToken cancellationToken)
    {
        var last = 0L;
        try
        {
            await foreach (var entry in store.ListAsync(folder.Append("log"), cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                last = EventPath.TryParse(entry.Path, out _, out var sequence) ? Math.Max(last, sequence) : last;
            }
        }
        catch (ArtifactIntegrityException)
        {
            // An event that cannot be listed cannot be read either. The caller reports the record.
            IsComplete = false;
        }

        return last;
    }

    /// <summary>Reads the bytes that can be read, even if they are damaged.</summary>
    private async Task<byte[]> ReadBytesAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            // The store does not verify ranges.
            var options = new ArtifactReadOptions { Range = new ArtifactRange(0, MaxSize) };
            var content = await store.OpenReadAsync(path, options, cancellationToken).ConfigureAwait(false);
            await using var _ = content!.ConfigureAwait(false);
            await content!.Stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArtifactIntegrityException or ArtifactNotFoundException)
        {
            // The caller reports the record. Use the bytes that were read so far.
        }

        return bytes.ToArray();
    }

    private async Task<bool> IsPlausibleAsync(byte[] bytes, long sequence, CancellationToken cancellationToken)
    {
        if (Parse(bytes) is not { } root
            || FindSequence(root) != sequence
            || !root.TryGetProperty("previous", out _)
            || !root.TryGetProperty("event", out var change) || change.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var digest in DigestScanner.FindCandidates(bytes))
        {
            if (digest is null || await store.FindAsync(ContentStore.PathOf(digest.Value), cancellationToken).ConfigureAwait(false) is null)
            {
                return false;
            }
        }

        return true;
    }

    private static long? FindSequence(JsonElement? document) =>
        document is { } root && root.TryGetProperty("sequence", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value)
            ? value
            : null;

    private static Sha256Digest? FindPrevious(byte[] bytes) =>
        Parse(bytes) is { } root && root.TryGetProperty("previous", out var value) && Sha256Digest.TryParse(value.GetRawText().Trim('"'), out var digest)
            ? digest
            : null;

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null; // the caller reports the record
        }
    }
}
