using System.Text.RegularExpressions;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace MlOps.Storage;

/// <summary>The regions of AWS, and where the SDK finds the one to use.</summary>
internal static partial class S3Regions
{
    /// <summary>Gets the names of the regions that the SDK knows.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. RegionEndpoint.EnumerableAllRegions.Select(static region => region.SystemName)];

    /// <summary>Determines whether a name is a region's, or may be that of a region newer than the SDK.</summary>
    public static bool IsRegion(string name) => Names.Contains(name) || RegionName().IsMatch(name);

    /// <summary>Determines whether the environment or the profile has a region, or an endpoint in place of one.</summary>
    public static bool IsInEnvironment(CredentialProfile? profile) =>
        profile?.Region is not null
        || FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false) is not null
        || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"));

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();
}
