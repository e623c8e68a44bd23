namespace MlOps.Monitoring.Predictions;

/// <summary>Collects the faults of an import of outcomes. The number of texts is bounded.</summary>
internal sealed class ImportFaults
{
    private const int MaxTexts = 20;
    private readonly List<string> _texts = [];
    private long _rejected;

    /// <summary>Reports a fault that concerns no single row.</summary>
    public void Add(string fault) => _texts.Add(fault);

    /// <summary>Counts a rejected row.</summary>
    public void Reject(string fault)
    {
        if (++_rejected <= MaxTexts)
        {
            _texts.Add(fault);
        }
    }

    public OutcomeImport ToResult(long recorded) => new() { Recorded = recorded, Rejected = _rejected, Faults = [.. _texts] };
}
