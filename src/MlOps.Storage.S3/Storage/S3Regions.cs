using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace MlOps.Storage;

/// <summary>Validates AWS region names, and detects a region in the environment.</summary>
internal static partial class S3Regions
{
    /// <summary>Gets the names of the regions that the SDK contains.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. RegionEndpoint.EnumerableAllRegions.Select(static region => region.SystemName)];

    /// <summary>Determines whether a name is that of a region, or may be that of a region that is newer than the SDK.</summary>
    public static bool IsRegion(string name) => Names.Contains(name) || RegionName().IsMatch(name);

    /// <summary>Determines whether the environment or the profile specifies a region or an endpoint.</summary>
    public static bool IsInEnvironment(CredentialProfile? profile) =>
        profile?.Region is not null
        || FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false) is not null
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"));

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
