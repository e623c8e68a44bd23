using MlOps.Content;

namespace MlOps.Workflows;

/// <summary>What a step has made.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StepOutputs
{
    /// <summary>Gets the files, in the order of their paths below the step's folder.</summary>
    public IReadOnlyList<ContentFile> Files { get; init => field = value ?? []; } = [];

    /// <summary>Gets texts by name.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Gets numbers by name, which are metrics of each run that has the step, whether it ran or was restored.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init => field = value ?? new Dictionary<string, double>(); } = new Dictionary<string, double>();

    /// <summary>Gets why what depends on the step is not to be done.</summary>
    /// <value><see langword="null"/> if it is.</value>
    public string? StopReason { get; init; }
}
