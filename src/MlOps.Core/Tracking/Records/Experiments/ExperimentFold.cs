using System.Buffers.Binary;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Computes the state of an experiment from its events.</summary>
internal static class ExperimentFold
{
    // The path of the checkpoint differs from earlier versions, whose states have no id.
    public static RecordSchema<ExperimentEvent, ExperimentState> Schema { get; } = new(
        ExperimentState.Empty, Apply, TrackingJson.Default.EventDocumentExperimentEvent, TrackingJson.Default.CheckpointDocumentExperimentState)
    {
        CheckpointName = CheckpointNames.Second,
    };

    private static ExperimentState Apply(string experiment, ExperimentState state, EventDocument<ExperimentEvent> document)
    {
        var change = document.Event;
        return state with
        {
            Id = document.Sequence == 1 ? IdOf(document.Nonce) : state.Id,
            DisplayName = change.DisplayName ?? state.DisplayName,
            Description = RecordChange.Text(state.Description, change.Description),
            Tags = RecordChange.Tags(state.Tags, change.Tags),
            Created = document.Sequence == 1 ? document.Time : state.Created,
            Updated = document.Time,
            IsDeleted = change.IsDeleted ?? state.IsDeleted,
        };
    }

    /// <summary>Computes the numeric identifier (1 to 18 decimal digits) from the random value of the first event, so that experiments of
    /// earlier versions also have one.</summary>
    private static long IdOf(Guid nonce)
    {
        Span<byte> bytes = stackalloc byte[16];
        nonce.TryWriteBytes(bytes);
        var mixed = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        return (long)(mixed % 999_999_999_999_999_999) + 1;
    }
}
