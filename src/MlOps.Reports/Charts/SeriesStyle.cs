namespace MlOps.Reports;

/// <summary>Specifies how a series is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>A solid line.</summary>
    Line,

    /// <summary>A dashed line, for example for a reference.</summary>
    DashedLine,

    /// <summary>Points without a line.</summary>
    Points,
}
