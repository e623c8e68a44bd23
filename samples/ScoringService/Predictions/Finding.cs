using MlOps.Validation;

namespace ScoringService.Predictions;

/// <summary>A violation of the input schema.</summary>
internal sealed record Finding(string Feature, string Rule, string Expected, string Found, string Policy, string Suggestion)
{
    public static Finding[] Of(IReadOnlyList<InputViolation> violations) => [.. violations.Select(static violation => new Finding(
        violation.Feature,
        violation.Rule.ToString().ToLowerInvariant(),
        violation.Expected,
        violation.Found,
        violation.Policy.ToString().ToLowerInvariant(),
        violation.Suggestion))];
}
