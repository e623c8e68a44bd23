using System.Text.Json.Serialization;
using MlOps.Content;

namespace MlOps.Workflows;

/// <summary>The outputs of a step.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StepOutputs
{
    [JsonConstructor]
    internal StepOutputs()
    {
    }

    /// <summary>Gets the files, in the order of their paths below the folder of the step.</summary>
    [JsonInclude]
    public IReadOnlyList<ContentFile> Files { get; internal set => field = value ?? []; } = [];

    /// <summary>Gets the values that the step set with <see cref="StepContext.SetValue"/>, by name.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Values { get; internal set => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();

    /// <summary>Gets the metrics that the step set with <see cref="StepContext.SetMetric"/>, by name.</summary>
    /// <remarks>They are metrics of every run that contains the step, whether it ran or was restored.</remarks>
    [JsonInclude]
    public IReadOnlyDictionary<string, double> Metrics { get; internal set => field = value ?? new Dictionary<string, double>(); } =
        new Dictionary<string, double>();

    /// <summary>Gets the reason for skipping the steps that depend on this step.</summary>
    /// <value><see langword="null"/> if the dependent steps run.</value>
    [JsonInclude]
    public string? StopReason { get; internal set; }
}
