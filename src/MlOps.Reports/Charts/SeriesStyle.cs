namespace MlOps.Reports;

/// <summary>The style in which the points of a series are drawn.</summary>
public enum SeriesStyle
{
    /// <summary>Joined by a line.</summary>
    Line,

    /// <summary>Joined by a dashed line, such as what others are compared with.</summary>
    Dashes,

    /// <summary>Each by itself.</summary>
    Dots,
}
