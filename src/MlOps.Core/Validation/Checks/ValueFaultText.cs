namespace MlOps.Validation;

/// <summary>The texts of a <see cref="ValueFault{T}"/>.</summary>
/// <param name="Expected">The values that are allowed.</param>
/// <param name="Found">The value.</param>
/// <param name="Remedy">The change of the schema, after <c>Mend the sender, or</c>.</param>
internal readonly record struct ValueFaultText(string Expected, string Found, string Remedy);
