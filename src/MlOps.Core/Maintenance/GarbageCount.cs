namespace MlOps.Maintenance;

/// <summary>A number of files and their total size.</summary>
/// <param name="Files">The number of distinct files.</param>
/// <param name="Bytes">The total size, in bytes.</param>
public readonly record struct GarbageCount(long Files, long Bytes)
{
    /// <summary>Formats the number and the size.</summary>
    /// <returns>Text such as <c>12 files (3.4 MiB)</c>.</returns>
    public override string ToString() => $"{ReportText.Count(Files, "file")} ({ReportText.Size(Bytes)})";
}
