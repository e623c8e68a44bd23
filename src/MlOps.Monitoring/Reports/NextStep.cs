namespace MlOps.Monitoring.Reports;

/// <summary>A recommended step.</summary>
/// <param name="Text">The step in full sentences.</param>
/// <param name="Code">The call that takes the step, or <see langword="null"/> if there is none.</param>
internal sealed record NextStep(string Text, string? Code = null);
