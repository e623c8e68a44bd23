namespace MlOps.Datasets;

/// <summary>A reference to a version of a dataset.</summary>
/// <param name="Name">The name of the dataset.</param>
/// <param name="Version">The number of the version, 1 or more.</param>
public sealed record DatasetReference(string Name, int Version)
{
    /// <summary>Formats the reference as <c>name/version</c>.</summary>
    /// <returns>The text, such as <c>flights/3</c>.</returns>
    public override string ToString() => $"{Name}/{Version}";
}
