using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>A window of the model <c>weather</c> that can be changed before it is used.</summary>
internal sealed record TestWindow(DataProfile Inputs, DataProfile Outputs)
{
    public string Model { get; init; } = "weather";

    public int Version { get; init; } = 3;

    public long Predictions { get; init; }

    public long Rejected { get; init; }

    public long Dropped { get; init; }

    public FeatureProfile? Latency { get; init; }

    public IReadOnlyList<string> Instances { get; init; } = ["web-1-4242-9f31"];

    public IReadOnlyList<string> Faults { get; init; } = [];

    public static implicit operator MonitoringWindow(TestWindow window) => new()
    {
        Model = window.Model,
        Version = window.Version,
        Start = TestReports.Start,
        End = TestReports.Start.AddDays(14),
        Predictions = window.Predictions,
        Rejected = window.Rejected,
        Flagged = 0,
        Dropped = window.Dropped,
        Inputs = window.Inputs,
        Outputs = window.Outputs,
        Latency = window.Latency,
        Instances = window.Instances,
        Faults = window.Faults,
    };
}
