using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>Data that a run used.</summary>
public sealed class RunDataset
{
    /// <summary>Gets the name of the data, which is that of a dataset in the store if <see cref="Version"/> is given.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the number of the dataset's version.</summary>
    /// <value><see langword="null"/> for data that is not in the store.</value>
    public int? Version { get; init; }

    /// <summary>Gets what identifies the bytes.</summary>
    /// <value>For a version in the store <see cref="DatasetVersion.Digest"/>; any text for other data; <see langword="null"/> if nothing does.</value>
    public string? Digest { get; init; }

    /// <summary>Gets what it was used for, such as <c>training</c> or <c>validation</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Gets where it is or came from.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the version in the store, or <see langword="null"/> if there is none.</summary>
    internal DatasetReference? Reference => Version is { } version ? new DatasetReference(Name, version) : null;

    /// <summary>Names a version of a dataset.</summary>
    /// <param name="version">The version.</param>
    /// <param name="context">What it is used for.</param>
    /// <returns>The data.</returns>
    public static RunDataset Of(DatasetVersion version, string? context = null)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new RunDataset { Name = version.Dataset, Version = version.Number, Digest = version.Digest.ToString(), Context = context, Source = version.Source };
    }
}
