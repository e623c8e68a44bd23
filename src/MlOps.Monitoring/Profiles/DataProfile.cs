using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

/// <summary>The profiles of the features of some rows.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class DataProfile
{
    internal DataProfile(long rows, IReadOnlyList<FeatureProfile> features) => (Rows, Features) = (rows, features);

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; }

    /// <summary>Gets the profiles of the features.</summary>
    public IReadOnlyList<FeatureProfile> Features { get; }

    /// <summary>Finds the profile of a feature.</summary>
    /// <param name="name">The name of the feature.</param>
    /// <returns>The profile, or <see langword="null"/> if there is none.</returns>
    public FeatureProfile? Find(string name) => Features.FirstOrDefault(feature => feature.Name == name);

    /// <summary>Profiles rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="baseline">The profile whose bins and categories are used; <see langword="null"/> for a new baseline.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The profile.</returns>
    public static Task<DataProfile> CreateAsync(IRowSource rows, DataProfile? baseline = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Merges this profile with another one of the same features.</summary>
    /// <param name="other">The other profile.</param>
    /// <returns>The profile of the rows of both.</returns>
    public DataProfile Merge(DataProfile other) => throw new NotImplementedException();

    /// <summary>Writes the profile.</summary>
    /// <param name="stream">The target.</param>
    public void Write(Stream stream) => throw new NotImplementedException();

    /// <summary>Reads a profile that <see cref="Write"/> wrote.</summary>
    /// <param name="stream">The source.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="DocumentFormatException">The profile is damaged, cut short or of a newer format.</exception>
    public static DataProfile Read(Stream stream) => throw new NotImplementedException();
}
