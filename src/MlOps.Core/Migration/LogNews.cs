using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The events of a log that are at the source and not at the target, as numbers: no more memory however long the log.</summary>
/// <param name="log">The folder of the log.</param>
internal sealed class LogNews(ArtifactPath log)
{
    public ArtifactPath Log => log;

    /// <summary>Gets the number of the first event that is not at the target, or of the next one to copy; 0 if all were at the target.</summary>
    public long First { get; private set; }

    /// <summary>Gets the number of the last event at the source before which none is missing.</summary>
    public long Last { get; private set; }

    /// <summary>Gets how many events were not at the target at first.</summary>
    public long Count { get; private set; }

    /// <summary>Gets how many bytes they have.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets a value indicating whether there is an event to copy.</summary>
    public bool HasNews => First <= Last;

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
    /// <exception cref="LogsDivergedException">The target has another event of that number.</exception>
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

    /// <summary>Takes the first event off the news: it is at the target.</summary>
    public void Advance() => First++;

    /// <summary>Takes an event that cannot be copied, and all after it, off the news.</summary>
    public void EndBefore(long sequence) => Last = sequence - 1;
}
