namespace MlOps.Validation;

/// <summary>The description of a <see cref="ValueFault{T}"/>.</summary>
/// <param name="Expected">The allowed values.</param>
/// <param name="Found">The value.</param>
/// <param name="Remedy">The change to the schema, for <see cref="ViolationText.Suggest"/>.</param>
internal readonly record struct ValueFaultText(string Expected, string Found, string Remedy);
