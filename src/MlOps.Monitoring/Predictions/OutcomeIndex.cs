using System.Runtime.InteropServices;

namespace MlOps.Monitoring.Predictions;

/// <summary>The outcomes of a part of the prediction identifiers, of which the latest of each prediction counts.</summary>
/// <remarks>
/// Memory is bounded. The identifiers are divided into 2ⁿ parts by the lowest n bits of their hash. If the outcomes of the current part exceed the maximum, n
/// is increased, which halves the part. Each part needs another pass over the files.
/// </remarks>
internal sealed class OutcomeIndex(int maxOutcomes)
{
    private readonly Dictionary<Guid, Entry> _entries = [];

    /// <summary>Gets the number of parts, a power of two.</summary>
    public ulong Parts { get; private set; } = 1;

    /// <summary>Gets the index of the current part.</summary>
    public ulong Part { get; private set; }

    /// <summary>Moves to the next part, and removes the outcomes.</summary>
    /// <returns><see langword="false"/> if the current part was the last one.</returns>
    public bool MoveNext()
    {
        _entries.Clear();
        return ++Part < Parts;
    }

    public bool IsInPart(Guid id) => (PredictionSampler.Hash(id) & (Parts - 1)) == Part;

    public void Add(in RecordedOutcome outcome)
    {
        if (!IsInPart(outcome.PredictionId))
        {
            return;
        }

        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, outcome.PredictionId, out var exists);
        if (!exists)
        {
            entry.Latest = outcome;
            while (_entries.Count > maxOutcomes && Part == 0 && Parts < 1UL << 32)
            {
                Halve();
            }

            return;
        }

        if (outcome.IsCopyOf(entry.Latest))
        {
            return;
        }

        if (outcome.HasValueOf(entry.Latest))
        {
            entry.Duplicates++;
        }
        else
        {
            entry.Corrections++;
        }

        if (outcome.Replaces(entry.Latest))
        {
            entry.Latest = outcome;
        }
    }

    /// <summary>Finds the outcome of a prediction, and marks the prediction as known.</summary>
    /// <param name="id">The identifier of the prediction.</param>
    /// <param name="outcome">The latest outcome.</param>
    /// <param name="summary">Receives the counts when the prediction is found for the first time.</param>
    /// <returns><see langword="true"/> if the prediction has an outcome.</returns>
    public bool TryFind(Guid id, out RecordedOutcome outcome, JoinSummary summary)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, id);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry))
        {
            outcome = default;
            return false;
        }

        outcome = entry.Latest;
        if (!entry.IsKnown)
        {
            entry.IsKnown = true;
            summary.Duplicates += entry.Duplicates;
            summary.Corrections += entry.Corrections;
        }

        return true;
    }

    /// <summary>Removes the outcome of a prediction that exists.</summary>
    public void Remove(Guid id) => _entries.Remove(id);

    /// <summary>Gets the identifiers for which no prediction was found.</summary>
    public IEnumerable<Guid> FindUnknown() => _entries.Where(static pair => !pair.Value.IsKnown).Select(static pair => pair.Key);

    private void Halve()
    {
        Parts *= 2;
        foreach (var id in _entries.Keys.Where(id => !IsInPart(id)).ToList())
        {
            _entries.Remove(id);
        }
    }

    private struct Entry
    {
        public RecordedOutcome Latest;
        public int Duplicates;
        public int Corrections;
        public bool IsKnown;
    }
}
