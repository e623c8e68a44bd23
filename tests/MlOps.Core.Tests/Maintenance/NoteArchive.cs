using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Content;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A kind of record for maintenance tests. Its notes reference documents, or remove the reference.</summary>
internal sealed class NoteArchive(IArtifactStore store, TimeProvider clock) : IRecordKind
{
    private const string Forget = "forget ";

    /// <summary>Gets the digest of the document with a text.</summary>
    public static Sha256Digest DigestOf(string text) =>
        Sha256Digest.Of(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new NoteLog.Note(text), NoteJson.Default.Note));

    public string Kind => "notes";

    public bool IsReproducible => false;

    public bool Owns(ArtifactPath folder) => folder == NoteLog.Folder;

    public static ArtifactPath PathOf(string text) => ContentStore.PathOf(DigestOf(text));

    /// <summary>Records a note without a reference to existing content. A collection in a store without records stops.</summary>
    public Task BeginAsync() => RecordAsync(Forget + DigestOf("nothing"));

    /// <summary>Stores documents in one session, and records that they are used.</summary>
    public async Task RegisterAsync(params string[] texts)
    {
        var write = await StoreAsync(texts);
        await write.ConfirmAsync();
        await RecordAsync(string.Join(' ', texts.Select(DigestOf)));
    }

    /// <summary>Stores documents in a session without recording an event.</summary>
    public async Task<ContentWrite> StoreAsync(params string[] texts)
    {
        var write = await new ContentStore(store, clock).BeginWriteAsync();
        foreach (var text in texts)
        {
            await write.AddDocumentAsync(new NoteLog.Note(text), NoteJson.Default.Note);
        }

        return write;
    }

    public Task ForgetAsync(string text) => RecordAsync(Forget + DigestOf(text));

    /// <summary>Collects garbage with a grace period of one hour and this kind of record only. All content may be deleted.</summary>
    public Task<GarbageReport> CollectAsync(bool dryRun = false, bool allowLargeDeletion = true) => Maintain().CollectGarbageAsync(
        new GarbageCollectionOptions { GracePeriod = TimeSpan.FromHours(1), DryRun = dryRun, AllowLargeDeletion = allowLargeDeletion });

    public StoreMaintenance Maintain() => new(store, [this], clock, NullLogger<StoreMaintenance>.Instance);

    public async IAsyncEnumerable<ReplayedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var log = NoteLog.Open(store, clock);
        yield return await ReadAsync(log, cancellationToken);
    }

    private static async Task<ReplayedRecord> ReadAsync(EventLog<NoteLog.Note, ImmutableList<string>> log, CancellationToken cancellationToken)
    {
        try
        {
            var replay = await log.ReplayAsync(cancellationToken);
            return new ReplayedRecord(NoteLog.Folder, "notes", [.. GetReferences(replay.Snapshot.State)], CheckpointFault: replay.CheckpointFault);
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            return new ReplayedRecord(NoteLog.Folder, "notes", [], Damage: exception);
        }
    }

    private static IEnumerable<ContentReference> GetReferences(ImmutableList<string> notes)
    {
        var used = new Dictionary<Sha256Digest, string>();
        foreach (var (note, number) in notes.Select(static (note, index) => (note, index + 1)))
        {
            if (note.StartsWith(Forget, StringComparison.Ordinal))
            {
                used.Remove(Sha256Digest.Parse(note[Forget.Length..]));
                continue;
            }

            foreach (var digest in note.Split(' '))
            {
                used[Sha256Digest.Parse(digest)] = $"note {number}";
            }
        }

        return used.Select(static pair => new ContentReference(pair.Key, pair.Value));
    }

    public async Task RecordAsync(string note)
    {
        using var log = NoteLog.Open(store, clock);
        await log.AddAsync(note);
    }
}
