using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>A snapshot of a version of a model.</summary>
/// <remarks>
/// Immutable and thread-safe. The files, examples, format, signature, parameters, lineage, actor and recorded metrics of a version never change. A later
/// snapshot may have more metrics and approvals, and other tags, texts, resources and status.
/// </remarks>
public sealed class ModelVersion
{
    [JsonConstructor]
    internal ModelVersion()
    {
    }

    /// <summary>Gets the name of the model.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Model { get; internal set; } = "";

    /// <summary>Gets the number of the version: 1, 2, 3 … within the model. Numbers are not reused.</summary>
    [JsonInclude]
    [JsonRequired]
    public int Number { get; internal set; }

    /// <summary>Gets the format, such as <c>onnx</c>, which determines the loader.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Format { get; internal set; } = "";

    /// <summary>Gets the actor that registered the version.</summary>
    [JsonInclude]
    [JsonRequired]
    [JsonPropertyName("author")]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets the time of the registration, by the clock of the writer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonInclude]
    public DateTimeOffset Created { get; internal set; }

    /// <summary>Gets the time of the last change, by the clock of the writer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonInclude]
    public DateTimeOffset Updated { get; internal set; }

    /// <summary>Gets the status.</summary>
    [JsonInclude]
    public ModelVersionStatus Status { get; internal set; }

    /// <summary>Gets the reason for the status.</summary>
    [JsonInclude]
    public string? StatusMessage { get; internal set; }

    /// <summary>Gets the description.</summary>
    [JsonInclude]
    public string? Description { get; internal set; }

    /// <summary>Gets the intended use and its limits.</summary>
    [JsonInclude]
    public string? IntendedUse { get; internal set; }

    /// <summary>Gets the inputs and outputs of the model.</summary>
    [JsonInclude]
    public ModelSignature? Signature { get; internal set; }

    /// <summary>Gets the metrics by name. Values can be NaN or infinite.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, double> Metrics
    {
        get;
        internal set => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>Gets the parameters of the training, by name.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Parameters
    {
        get;
        internal set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>Gets the tags.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Tags
    {
        get;
        internal set => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();

    /// <summary>Gets the origin of the version.</summary>
    [JsonInclude]
    public ModelLineage Lineage { get; internal set => field = value ?? new ModelLineage(); } = new ModelLineage();

    /// <summary>Gets the measured resource usage: the latest values of all kinds of machines together.</summary>
    /// <remarks><see cref="ResourcesByMachine"/> has the values of each kind of machine.</remarks>
    [JsonInclude]
    public ResourceProfile? Resources { get; internal set; }

    /// <summary>Gets the measured resource usage by kind of machine, in the order of <see cref="ResourceProfile.Machine"/>.</summary>
    /// <value>One profile for each kind of machine, and first a profile without a kind if values were recorded without one. Empty if nothing is
    /// measured.</value>
    [JsonIgnore]
    public IReadOnlyList<ResourceProfile> ResourcesByMachine => Profiles ?? (Resources is null ? [] : [Resources]);

    /// <summary>Gets the profiles if there are several; otherwise, <see cref="Resources"/> is the only profile.</summary>
    [JsonInclude]
    [JsonPropertyName("resourcesByMachine")]
    internal IReadOnlyList<ResourceProfile>? Profiles { get; set; }

    /// <summary>Gets the approvals, the oldest first.</summary>
    [JsonInclude]
    public IReadOnlyList<ModelApproval> Approvals { get; internal set => field = value ?? []; } = [];

    /// <summary>Gets the digest of the manifest, which lists the files and golden examples.</summary>
    [JsonInclude]
    [JsonRequired]
    public Sha256Digest Manifest { get; internal set; }

    /// <summary>Gets the number of files.</summary>
    [JsonInclude]
    [JsonRequired]
    public int FileCount { get; internal set; }

    /// <summary>Gets the number of golden examples.</summary>
    [JsonInclude]
    [JsonRequired]
    public int ExampleCount { get; internal set; }

    /// <summary>Gets the total size of the files, in bytes.</summary>
    [JsonInclude]
    [JsonRequired]
    public long Size { get; internal set; }

    /// <summary>Finds the profile of a kind of machine.</summary>
    internal ResourceProfile? FindResources(string? machine) => ResourcesByMachine.FirstOrDefault(profile => profile.Machine == machine);

    /// <summary>Adds measured values, which replace earlier values of the same kind of machine.</summary>
    internal void AddResources(ResourceProfile measured)
    {
        ResourceProfile[] profiles =
        [
            .. ResourcesByMachine.Where(profile => profile.Machine != measured.Machine).Append(measured.Or(FindResources(measured.Machine)))
                .OrderBy(static profile => profile.Machine, StringComparer.Ordinal),
        ];
        Profiles = profiles.Length > 1 ? profiles : null;
        Resources = measured.Or(Resources);
    }

    /// <summary>Creates a copy that differs in some properties.</summary>
    internal ModelVersion With(Action<ModelVersion> change)
    {
        var copy = (ModelVersion)MemberwiseClone();
        change(copy);
        return copy;
    }
}
