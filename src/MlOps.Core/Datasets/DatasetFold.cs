using System.Collections.Immutable;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Adds what was recorded to what a dataset was before.</summary>
/// <param name="dataset">The dataset's name.</param>
/// <param name="folder">Where its log is.</param>
internal sealed class DatasetFold(string dataset, ArtifactPath folder)
{
    public EventLogSchema<DatasetEvent, DatasetState> Schema =>
        new(DatasetState.Empty, Apply, DatasetJson.Default.EventDocumentDatasetEvent, DatasetJson.Default.CheckpointDocumentDatasetState);

    private DatasetState Apply(DatasetState state, EventDocument<DatasetEvent> document)
    {
        var after = document.Event?.Kind switch
        {
            DatasetEventKind.Snapshot => Add(state, document),
            DatasetEventKind.Change => Change(state, document.Event),
            DatasetEventKind.Deletion => Delete(state, document.Event),
            _ => throw Altered(document.Sequence, "it says nothing"),
        };
        return after with { Updated = document.Time };
    }

    private DatasetState Add(DatasetState state, EventDocument<DatasetEvent> document)
    {
        var added = document.Event;
        if (added is not { Version: > 0, Digest: { } digest, Manifest: { } manifest, FileCount: { } count, TotalSize: { } size } || added.Version <= state.LastNumber)
        {
            throw Altered(document.Sequence, "it does not describe the version it adds");
        }

        var version = new DatasetVersion
        {
            Dataset = dataset,
            Number = added.Version.Value,
            Digest = digest,
            Manifest = manifest,
            Parent = added.Parent,
            FileCount = count,
            TotalSize = size,
            Tags = RecordChange.Tags(ImmutableSortedDictionary<string, string>.Empty, added.Tags),
            Description = added.Description,
            Source = added.Source,
            Author = document.Actor,
            Created = document.Time,
        };
        return state with
        {
            LastNumber = version.Number,
            IsDeleted = false,
            Created = state.IsDeleted ? document.Time : state.Created,
            Versions = state.Versions.Add(version),
        };
    }

    private DocumentFormatException Altered(long sequence, string fault) => new(EventPath.Of(folder, sequence), $"{fault}. It was altered; restore it from a copy.");

    private static DatasetState Change(DatasetState state, DatasetEvent changed)
    {
        if (changed.Version is not { } number)
        {
            return state with { Tags = RecordChange.Tags(state.Tags, changed.Tags), Description = RecordChange.Text(state.Description, changed.Description) };
        }

        if (state.IndexOf(number) is not (var index and >= 0))
        {
            return state;
        }

        var version = state.Versions[index];
        return state with
        {
            Versions = state.Versions.SetItem(index, version.With(RecordChange.Tags(version.Tags, changed.Tags), RecordChange.Text(version.Description, changed.Description))),
        };
    }

    private static DatasetState Delete(DatasetState state, DatasetEvent deleted)
    {
        if (deleted.Version is not { } number)
        {
            return DatasetState.Empty with { LastNumber = state.LastNumber };
        }

        return state.IndexOf(number) is var index and >= 0 ? state with { Versions = state.Versions.RemoveAt(index) } : state;
    }
}
