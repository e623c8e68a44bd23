using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>A version of a model, as it was when its model was looked up.</summary>
/// <remarks>
/// Immutable and thread-safe. The files, examples, format, signature, metrics, parameters, lineage and author of a version never change;
/// tags, description, intended use, resources, status and approvals may differ in a later snapshot.
/// </remarks>
public sealed class ModelVersion
{
    /// <summary>Initializes a version.</summary>
    [JsonConstructor]
    public ModelVersion()
    {
    }

    [SetsRequiredMembers]
    internal ModelVersion(ModelVersion other)
    {
        Model = other.Model;
        Number = other.Number;
        Format = other.Format;
        Author = other.Author;
        Created = other.Created;
        Updated = other.Updated;
        Status = other.Status;
        StatusMessage = other.StatusMessage;
        Description = other.Description;
        IntendedUse = other.IntendedUse;
        Signature = other.Signature;
        Metrics = other.Metrics;
        Parameters = other.Parameters;
        Tags = other.Tags;
        Lineage = other.Lineage;
        Resources = other.Resources;
        Approvals = other.Approvals;
        Manifest = other.Manifest;
        FileCount = other.FileCount;
        ExampleCount = other.ExampleCount;
        Size = other.Size;
    }

    /// <summary>Gets the model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the number: 1, 2, 3 … within the model, never used twice.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the format, which says what can load it, such as <c>onnx</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Gets who made it.</summary>
    public required string Author { get; init; }

    /// <summary>Gets when it was registered, by the writer's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset Created { get; init; }

    /// <summary>Gets when it was last changed, by the writer's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset Updated { get; init; }

    /// <summary>Gets whether it may be used.</summary>
    public ModelVersionStatus Status { get; init; }

    /// <summary>Gets the reason given for the status.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>Gets what it is.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what it is for, and what not.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets what it takes and gives.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>Gets what was measured, by name; NaN and the infinities occur.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets what training was set to, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets where it comes from.</summary>
    public ModelLineage Lineage { get; init; } = new();

    /// <summary>Gets what it was measured to need.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets who approved it, in order.</summary>
    public IReadOnlyList<ModelApproval> Approvals { get; init; } = [];

    /// <summary>Gets the digest of the document that lists its files and golden examples.</summary>
    public required Sha256Digest Manifest { get; init; }

    /// <summary>Gets the number of its files.</summary>
    public required int FileCount { get; init; }

    /// <summary>Gets the number of its golden examples.</summary>
    public required int ExampleCount { get; init; }

    /// <summary>Gets the size of all its files, in bytes.</summary>
    public required long Size { get; init; }
}
