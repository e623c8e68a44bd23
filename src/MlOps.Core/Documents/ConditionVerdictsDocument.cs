namespace MlOps.Documents;

/// <summary>The document <c>mlops-conditions.json</c>: the servers that were proven to honor conditional writes.</summary>
internal sealed class ConditionVerdictsDocument
{
    public required int Format { get; init; }

    public required IReadOnlyList<ConditionVerdict> Verdicts { get; init; }
}
