using MlOps.Models;

namespace MlOps.Validation;

/// <summary>What the rows given to a model may hold.</summary>
public sealed class InputSchema
{
    /// <summary>The name of the file, among a version's, that holds its schema.</summary>
    public const string FileName = "input-schema.json";

    /// <summary>Makes the schema that a signature implies.</summary>
    /// <param name="signature">The signature.</param>
    /// <returns>The schema of its inputs.</returns>
    public static InputSchema FromSignature(ModelSignature signature) => throw new NotImplementedException($"{signature}");

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The document.</param>
    /// <returns>The schema.</returns>
    /// <exception cref="FormatException">It is none; the message says where and why.</exception>
    public static InputSchema Parse(string json) => throw new NotImplementedException(json);
}
