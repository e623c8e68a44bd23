using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>The result of a promotion gate.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class GateResult
{
    [JsonConstructor]
    internal GateResult(string gate, string subject, bool passed, string measured, string required)
    {
        Gate = gate;
        Subject = subject;
        Passed = passed;
        Measured = measured;
        Required = required;
    }

    /// <summary>Gets the name of the gate.</summary>
    /// <value>
    /// <c>format</c>, <c>metric</c>, <c>signature</c>, <c>golden examples</c>, <c>required tag</c>, <c>model card</c>, <c>size</c>, <c>load time</c>,
    /// <c>memory</c>, <c>latency</c>, <c>latency p99</c> or <c>approvals</c>.
    /// </value>
    public string Gate { get; }

    /// <summary>Gets the name of the metric, tag or feature that the gate checked.</summary>
    /// <value>Empty if the gate checks the version as a whole.</value>
    public string Subject { get; }

    /// <summary>Gets a value indicating whether the version passed the gate.</summary>
    public bool Passed { get; }

    /// <summary>Gets the measured value, formatted for display.</summary>
    public string Measured { get; }

    /// <summary>Gets the required value, formatted for display.</summary>
    public string Required { get; }

    /// <summary>Formats the result.</summary>
    /// <returns>The text, such as <c>metric 'auc': 0.81, required: at least 0.9</c>.</returns>
    public override string ToString() => $"{Gate}{(Subject.Length == 0 ? "" : $" '{Subject}'")}: {Measured}, required: {Required}";
}
