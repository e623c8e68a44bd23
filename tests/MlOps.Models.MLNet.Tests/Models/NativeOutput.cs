using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>An output type with fields, in the style of the ML.NET documentation.</summary>
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The tests write to fields.")]
public sealed class NativeOutput
{
    [ColumnName("Score")]
    public VBuffer<float> Scores;

    [ColumnName("label")]
    public int Class;

    [NoColumn]
    public string Remark { get; set; } = "";

    public List<string> Warnings { get; set; } = [];

    public bool IsSure => Scores.DenseValues().Max() > 0.9f;
}
