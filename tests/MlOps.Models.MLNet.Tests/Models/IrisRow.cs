using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A training row in the style of the ML.NET documentation.</summary>
public sealed class IrisRow
{
    [ColumnName("features")]
    [VectorType(4)]
    public float[] Measures { get; set; } = [];

    [ColumnName("species")]
    public int Species { get; set; }
}
