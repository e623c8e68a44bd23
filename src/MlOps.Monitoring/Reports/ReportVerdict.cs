namespace MlOps.Monitoring.Reports;

/// <summary>The overall decision of a monitoring report, in ascending order of urgency.</summary>
public enum ReportVerdict
{
    /// <summary>Features were compared with the baseline, none has drifted, the quality has not fallen, and no alert is active.</summary>
    Healthy,

    /// <summary>There are no predictions, or too few for a decision on any feature.</summary>
    TooLittleData,

    /// <summary>A change or a fault needs a look, but there is no evidence yet that predictions are worse.</summary>
    Attention,

    /// <summary>An alert is active, or the quality has fallen.</summary>
    ActNow,
}
