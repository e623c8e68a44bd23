namespace MlOps.Validation;

/// <summary>Infers the allowed lengths of strings.</summary>
internal static class InferredLengths
{
    /// <summary>Gets the common length of all strings, or else up to twice the maximum length, with a minimum of 1 if no string was empty.</summary>
    public static (int? Minimum, int? Maximum) Of(int? shortest, int? longest) =>
        shortest == longest ? (shortest, longest) : (shortest > 0 ? 1 : null, (int)Math.Min(2L * longest!.Value, int.MaxValue));
}
