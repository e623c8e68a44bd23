using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Windows;

/// <summary>The baseline of a version whose bins and categories the windows use.</summary>
/// <param name="Inputs">The profile of the inputs; <see langword="null"/> if there is none.</param>
/// <param name="Outputs">The profile of the outputs; <see langword="null"/> if there is none.</param>
internal sealed record WindowBaseline(DataProfile? Inputs, DataProfile? Outputs)
{
    public static WindowBaseline None { get; } = new(null, null);

    public IEnumerable<string>? InputNames => Inputs?.Features.Select(static feature => feature.Name);

    public IEnumerable<string>? OutputNames => Outputs?.Features.Select(static feature => feature.Name);
}
