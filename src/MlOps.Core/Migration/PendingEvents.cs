using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The events of a log that are missing at the target, as a range of sequence numbers. The memory use does not depend on the length of
/// the log.</summary>
/// <param name="log">The folder of the log.</param>
internal sealed class PendingEvents(ArtifactPath log)
{
    public ArtifactPath Log => log;

    /// <summary>Gets the sequence number of the next event to copy; 0 if the target contains all events.</summary>
    public long First { get; private set; }

    /// <summary>Gets the sequence number of the last event at the source without a gap before it.</summary>
    public long Last { get; private set; }

    /// <summary>Gets the initial number of events to copy.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the size of these events, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets a value indicating whether there are events to copy.</summary>
    public bool HasEvents => First <= Last;

    /// <summary>Gets the paths of the events to copy, in order.</summary>
    public IEnumerable<ArtifactPath> Paths
    {
        get
        {
            for (var sequence = First; sequence <= Last; sequence++)
            {
                yield return EventPath.Of(log, sequence);
            }
        }
    }

    /// <summary>Adds the next event of the source.</summary>
    /// <exception cref="LogsDivergedException">The target contains a different event with this sequence number.</exception>
    public void Add(long sequence, ArtifactEntry source, ArtifactEntry? target)
    {
        if (target is not null && target.Size != source.Size)
        {
            throw new LogsDivergedException(log, sequence);
        }

        Last = sequence;
        if (target is null)
        {
            First = First == 0 ? sequence : First;
            Count++;
            Bytes += source.Size;
        }
    }

    /// <summary>Removes the first event, which was copied.</summary>
    public void Advance() => First++;

    /// <summary>Removes an event that cannot be copied, and all later events.</summary>
    public void Truncate(long sequence) => Last = sequence - 1;
}
