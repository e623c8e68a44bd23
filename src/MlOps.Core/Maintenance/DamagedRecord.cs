using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>The content that a record may refer to whose log is damaged, from whatever of its events can still be read.</summary>
/// <remarks>
/// <para>All content is kept that some event of the record or its checkpoint names, whatever became of it later. That is enough if no reference can be missing.
/// So each event has to be unchanged, which the digest in the next event proves, or plausible: valid JSON with the number of its place, in which each text as
/// long as a digest is the digest of content that is there. A damaged digest is as long as before, and is not the digest of other content.</para>
/// <para>Otherwise an event is missing, or its damage may have hidden a reference. Then the record may refer to any content.</para>
/// </remarks>
internal sealed partial class DamagedRecord(IArtifactStore store, ArtifactPath folder, ILogger logger)
{
    private const int MaxSize = 256 << 20;
    private readonly NamedContent _content = new(store, logger);
    private readonly HashSet<Sha256Digest> _named = [];

    /// <summary>Gets the content that the record may refer to.</summary>
    public IReadOnlySet<Sha256Digest> Content => _content.Found;

    /// <summary>Gets the texts in the events that may be identifiers of runs.</summary>
    public HashSet<string> RunIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether the record refers to no other content.</summary>
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
            _named.UnionWith(DigestScanner.FindRaw(bytes));
            RunIds.UnionWith(RunId().Matches(Encoding.Latin1.GetString(bytes)).Select(static match => match.Value));
            var isUnchanged = next is not null && FindPrevious(next) == Sha256Digest.Of(bytes);
            IsComplete &= isUnchanged || await IsPlausibleAsync(bytes, sequence, cancellationToken).ConfigureAwait(false);
            next = bytes;
        }

        // They complete nothing, because they are caches. They can only add content to keep, or prove that events after the last one are missing.
        foreach (var checkpoint in CheckpointNames.All)
        {
            var bytes = await ReadBytesAsync(folder.Append(checkpoint), cancellationToken).ConfigureAwait(false);
            _named.UnionWith(DigestScanner.FindRaw(bytes));
            IsComplete &= !(FindSequence(Parse(bytes)) > last);
        }

        await _content.AddAsync(_named, static _ => true, cancellationToken).ConfigureAwait(false);
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
            // An event that cannot be listed is damaged beyond reading. The caller reports the record.
            IsComplete = false;
        }

        return last;
    }

    /// <summary>Reads as many bytes as can be read, also if they are not what was written.</summary>
    private async Task<byte[]> ReadBytesAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            // A range is not verified.
            var options = new ArtifactReadOptions { Range = new ArtifactRange(0, MaxSize) };
            var content = await store.OpenReadAsync(path, options, cancellationToken).ConfigureAwait(false);
            await using var _ = content!.ConfigureAwait(false);
            await content!.Stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ArtifactIntegrityException or ArtifactNotFoundException)
        {
            // The caller reports the record. What was read so far counts.
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
            return null; // The caller reports the record.
        }
    }
}
