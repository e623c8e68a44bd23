namespace MlOps.Datasets;

/// <summary>Names one version of a dataset.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Version">The version's number, 1 or more.</param>
public sealed record DatasetReference(string Name, int Version)
{
    /// <summary>Gets the form <c>name/version</c>.</summary>
    /// <returns>Such as <c>flights/3</c>.</returns>
    public override string ToString() => $"{Name}/{Version}";
}
