using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>A version of a model, as it was when its model was looked up.</summary>
/// <remarks>
/// Immutable and thread-safe. The files, examples, format, signature, parameters, lineage, author and recorded values of metrics of a version never change;
/// further metrics, tags, description, intended use, resources, status and approvals may differ in a later snapshot.
/// </remarks>
public sealed class ModelVersion
{
    [JsonConstructor]
    internal ModelVersion()
    {
    }

    /// <summary>Gets the model's name.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Model { get; internal set; } = "";

    /// <summary>Gets the number: 1, 2, 3 … within the model, never used twice.</summary>
    [JsonInclude]
    [JsonRequired]
    public int Number { get; internal set; }

    /// <summary>Gets the format, which says what can load it, such as <c>onnx</c>.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Format { get; internal set; } = "";

    /// <summary>Gets who made it.</summary>
    [JsonInclude]
    [JsonRequired]
    [JsonPropertyName("author")]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets when it was registered, by the writer's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonInclude]
    public DateTimeOffset Created { get; internal set; }

    /// <summary>Gets when it was last changed, by the writer's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonInclude]
    public DateTimeOffset Updated { get; internal set; }

    /// <summary>Gets whether it may be used.</summary>
    [JsonInclude]
    public ModelVersionStatus Status { get; internal set; }

    /// <summary>Gets the reason given for the status.</summary>
    [JsonInclude]
    public string? StatusMessage { get; internal set; }

    /// <summary>Gets what it is.</summary>
    [JsonInclude]
    public string? Description { get; internal set; }

    /// <summary>Gets what it is for, and what not.</summary>
    [JsonInclude]
    public string? IntendedUse { get; internal set; }

    /// <summary>Gets what it takes and gives.</summary>
    [JsonInclude]
    public ModelSignature? Signature { get; internal set; }

    /// <summary>Gets what was measured, by name; NaN and the infinities occur.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, double> Metrics
    {
        get;
        internal set => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>Gets what training was set to, by name.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Parameters
    {
        get;
        internal set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>Gets its tags.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Tags
    {
        get;
        internal set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>Gets where it comes from.</summary>
    [JsonInclude]
    public ModelLineage Lineage { get; internal set => field = value ?? new ModelLineage(); } = new ModelLineage();

    /// <summary>Gets what it was measured to need.</summary>
    [JsonInclude]
    public ResourceProfile? Resources { get; internal set; }

    /// <summary>Gets who approved it, in order.</summary>
    [JsonInclude]
    public IReadOnlyList<ModelApproval> Approvals { get; internal set => field = value ?? []; } = [];

    /// <summary>Gets the digest of the document that lists its files and golden examples.</summary>
    [JsonInclude]
    [JsonRequired]
    public Sha256Digest Manifest { get; internal set; }

    /// <summary>Gets the number of its files.</summary>
    [JsonInclude]
    [JsonRequired]
    public int FileCount { get; internal set; }

    /// <summary>Gets the number of its golden examples.</summary>
    [JsonInclude]
    [JsonRequired]
    public int ExampleCount { get; internal set; }

    /// <summary>Gets the size of all its files, in bytes.</summary>
    [JsonInclude]
    [JsonRequired]
    public long Size { get; internal set; }

    /// <summary>Creates a copy that differs in some properties.</summary>
    internal ModelVersion With(Action<ModelVersion> change)
    {
        var copy = (ModelVersion)MemberwiseClone();
        change(copy);
        return copy;
    }
}
