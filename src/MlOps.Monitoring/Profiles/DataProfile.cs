using MlOps.Datasets;
using MlOps.Storage;

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
    /// <remarks>
    /// Memory is bounded: about 100 kB for each feature. Without a baseline, the rows are read twice if a feature has more than 1,024 numbers: first for the
    /// quantiles, which become the edges of the bins, and then for the exact counts of the bins.
    /// </remarks>
    /// <param name="rows">The rows.</param>
    /// <param name="baseline">
    /// The profile whose bins and categories are used; <see langword="null"/> for a new baseline. Profiles with the same baseline can be merged.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="ArgumentException">Two columns have the same name.</exception>
    /// <exception cref="InvalidOperationException">The source returned other rows when it was read again.</exception>
    public static async Task<DataProfile> CreateAsync(IRowSource rows, DataProfile? baseline = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var builder = new ProfileBuilder(rows.Columns, baseline);
        await foreach (var batch in rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            builder.Add(batch);
        }

        var profile = builder.ToProfile();
        return baseline is null ? await BaselineBins.AddAsync(profile, rows, cancellationToken).ConfigureAwait(false) : profile;
    }

    /// <summary>Merges this profile with another one of the same features.</summary>
    /// <remarks>Counts are exact. Quantiles have the carried error, <see cref="FeatureProfile.RankError"/>, in any order of merging.</remarks>
    /// <param name="other">The other profile.</param>
    /// <returns>The profile of the rows of both.</returns>
    /// <exception cref="ArgumentException">The profiles have other features, types, bins or categories of the baseline.</exception>
    public DataProfile Merge(DataProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Merge([this, other]);
    }

    /// <summary>Merges profiles of the same features. This is faster than merging them in pairs.</summary>
    /// <param name="profiles">The profiles, at least one.</param>
    /// <returns>The profile of the rows of all.</returns>
    /// <exception cref="ArgumentException">There is no profile, or the profiles have other features, types, bins or categories of the baseline.</exception>
    public static DataProfile Merge(IEnumerable<DataProfile> profiles)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        var all = profiles.ToArray();
        return all switch
        {
            [] => throw new ArgumentException("There is no profile to merge. Pass at least one profile.", nameof(profiles)),
            [var only] => only,
            _ => ProfileMerger.Merge(all),
        };
    }

    /// <summary>Writes the profile. FORMAT.md describes the format.</summary>
    /// <param name="stream">The target. The caller disposes it.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ProfileFile.Write(stream, writer => ProfileWriter.Write(writer, this));
    }

    /// <summary>Reads a profile that <see cref="Write"/> wrote.</summary>
    /// <param name="stream">The source. The caller disposes it.</param>
    /// <param name="path">The path of the profile, for messages; <see langword="null"/> if it has none.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="DocumentFormatException">The profile is damaged, cut short or of a newer format.</exception>
    public static DataProfile Read(Stream stream, ArtifactPath? path = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ProfileFile.Read(stream, path ?? ArtifactPath.Parse("profile"), ProfileReader.Read);
    }
}
