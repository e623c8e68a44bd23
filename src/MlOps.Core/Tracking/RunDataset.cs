using MlOps.Datasets;

namespace MlOps.Tracking;

/// <summary>A dataset that a run used, in the store or elsewhere.</summary>
public sealed class RunDataset
{
    /// <summary>Gets the name. If <see cref="Version"/> is specified, this is the name of a dataset in the store.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the version number of the dataset.</summary>
    /// <value><see langword="null"/> for data that is not in the store.</value>
    public int? Version { get; init; }

    /// <summary>Gets the digest that identifies the contents.</summary>
    /// <value><see cref="DatasetVersion.Digest"/> for a version in the store. Any text, or <see langword="null"/>, for other data.</value>
    public string? Digest { get; init; }

    /// <summary>Gets the purpose of the data, such as <c>training</c> or <c>validation</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Gets the location or the origin of the data.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the reference to the version in the store; <see langword="null"/> for data that is not in the store.</summary>
    internal DatasetReference? Reference => Version is { } version ? new DatasetReference(Name, version) : null;

    /// <summary>Creates the description of a version of a dataset in the store.</summary>
    /// <param name="version">The version.</param>
    /// <param name="context">The purpose of the data, such as <c>training</c>; <see langword="null"/> for none.</param>
    /// <returns>The description.</returns>
    public static RunDataset Of(DatasetVersion version, string? context = null)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new RunDataset
        {
            Name = version.Dataset,
            Version = version.Number,
            Digest = version.Digest.ToString(),
            Context = context,
            Source = version.Source,
        };
    }
}
