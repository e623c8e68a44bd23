namespace MlOps.Validation;

/// <summary>Which lengths of texts are allowed after some were seen.</summary>
internal static class InferredLengths
{
    /// <summary>The length that all texts have; or else up to twice the longest, and no empty text if there was none.</summary>
    public static (int? Minimum, int? Maximum) Of(int? shortest, int? longest) =>
        shortest == longest ? (shortest, longest) : (shortest > 0 ? 1 : null, (int)Math.Min(2L * longest!.Value, int.MaxValue));
}
