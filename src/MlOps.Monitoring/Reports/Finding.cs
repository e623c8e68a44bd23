namespace MlOps.Monitoring.Reports;

/// <summary>A finding of a report.</summary>
/// <param name="Severity">The verdict that the finding causes; <see cref="ReportVerdict.Healthy"/> for a mere note.</param>
/// <param name="Headline">The finding without details, as the rest of a headline.</param>
/// <param name="Text">The finding in full sentences.</param>
internal sealed record Finding(ReportVerdict Severity, string Headline, string Text);
