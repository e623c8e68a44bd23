using System.Globalization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Datasets;

/// <summary>Computes the state of a dataset from its events.</summary>
internal static class DatasetFold
{
    public static RecordSchema<DatasetEvent, DatasetState> Schema { get; } = new(
        DatasetState.Empty, Apply, DatasetJson.Default.EventDocumentDatasetEvent, DatasetJson.Default.CheckpointDocumentDatasetState);

    private static DatasetState Apply(string dataset, DatasetState state, EventDocument<DatasetEvent> document)
    {
        var after = document.Event.Kind switch
        {
            DatasetEventKind.Snapshot => Add(dataset, state, document),
            DatasetEventKind.Change => Change(state, document.Event),
            DatasetEventKind.Deletion => Delete(state, document.Event),
            _ => throw new InvalidDataException($"it has the unknown kind {document.Event.Kind}."),
        };
        return after with { Updated = document.Time };
    }

    private static DatasetState Add(string dataset, DatasetState state, EventDocument<DatasetEvent> document)
    {
        var added = document.Event;
        if (added is not { Version: { } number, Digest: { } digest, Manifest: { } manifest, FileCount: { } count, TotalSize: { } size }
            || number <= state.LastNumber)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"it adds version {added.Version} after version {state.LastNumber}, or lacks a required property of the version."));
        }

        var version = new DatasetVersion
        {
            Dataset = dataset,
            Number = number,
            Digest = digest,
            Manifest = manifest,
            Parent = added.Parent,
            FileCount = count,
            TotalSize = size,
            Tags = RecordChange.Tags(RecordChange.NoTags, added.Tags),
            Description = added.Description,
            Source = added.Source,
            Actor = document.Actor,
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

    private static DatasetState Change(DatasetState state, DatasetEvent changed)
    {
        if (changed.Version is null)
        {
            return state with { Tags = RecordChange.Tags(state.Tags, changed.Tags), Description = RecordChange.Text(state.Description, changed.Description) };
        }

        var index = Find(state, changed);
        var version = state.Versions[index];
        var after = version.With(RecordChange.Tags(version.Tags, changed.Tags), RecordChange.Text(version.Description, changed.Description));
        return state with { Versions = state.Versions.SetItem(index, after) };
    }

    private static DatasetState Delete(DatasetState state, DatasetEvent deleted) => deleted.Version is null
        ? DatasetState.Empty with { LastNumber = state.LastNumber }
        : state with { Versions = state.Versions.RemoveAt(Find(state, deleted)) };

    private static int Find(DatasetState state, DatasetEvent changed) => state.IndexOf(changed.Version!.Value) is var index and >= 0
        ? index
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it names version {changed.Version}, which the dataset does not have."));
}
