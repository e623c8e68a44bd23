using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>A log of notes for tests. Its state is the list of notes.</summary>
internal static class NoteLog
{
    public static ArtifactPath Folder { get; } = ArtifactPath.Parse("notes");

    public static EventLogSchema<Note, ImmutableList<string>> Schema { get; } = new(
        [], static (notes, document) =>
            notes.Add(document.Event.Text), NoteJson.Default.EventDocumentNote, NoteJson.Default.CheckpointDocumentImmutableListString);

    public static EventLog<Note, ImmutableList<string>> Open(IArtifactStore store, TimeProvider? clock = null) =>
        new(store, Folder, Schema, clock ?? TimeProvider.System, NullLogger.Instance);

    public static Task<(RecordedEvent<Note> Recorded, LogSnapshot<ImmutableList<string>> After)> AddAsync(
        this EventLog<Note, ImmutableList<string>> log, string text, CancellationToken cancellationToken = default) =>
        log.AppendAsync(_ => new Note(text), "tester", cancellationToken);

    public static ArtifactPath PathOf(long sequence) => Folder.Append($"log/{sequence:D20}.json");

    internal sealed record Note(string Text);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventDocument<NoteLog.Note>))]
[JsonSerializable(typeof(CheckpointDocument<ImmutableList<string>>))]
internal sealed partial class NoteJson : JsonSerializerContext;
