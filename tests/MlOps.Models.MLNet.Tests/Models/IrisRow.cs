using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A row to train with, as ML.NET's documentation writes them.</summary>
public sealed class IrisRow
{
    [ColumnName("features")]
    [VectorType(4)]
    public float[] Measures { get; set; } = [];

    [ColumnName("species")]
    public int Species { get; set; }
}
