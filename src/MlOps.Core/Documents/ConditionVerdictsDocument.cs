namespace MlOps.Documents;

/// <summary>The document <c>mlops-conditions.json</c>, which lists the servers on which conditional writes were probed.</summary>
internal sealed class ConditionVerdictsDocument
{
    public required int Format { get; init; }

    public required IReadOnlyList<ConditionVerdict> Verdicts { get; init; }
}
