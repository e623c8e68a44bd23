using System.Text;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Validates settings. Region and profile are not validated if the application registers the client.</summary>
internal sealed partial class S3StorageOptionsValidator(IServiceProviderIsService? services = null) : IValidateOptions<S3StorageOptions>
{
    private const int MaxPrefixBytes = 512;
    private const int MaxParallelism = 64;
    private const int MaxRetries = 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, S3StorageOptions options)
    {
        var hasClient = services?.IsService(typeof(IAmazonS3)) is true
            || (services as IServiceProviderIsKeyedService)?.IsKeyedService(typeof(IAmazonS3), name) is true;
        return Validate(options, hasClient);
    }

    /// <summary>Validates settings.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="hasClient"><see langword="true"/> if the application provides the client.</param>
    public static ValidateOptionsResult Validate(S3StorageOptions options, bool hasClient)
    {
        var faults = new ValidateOptionsResultBuilder();
        CheckBucket(options, faults);
        CheckPlace(options, faults);
        CheckCredentials(options, faults);
        CheckRole(options, faults);
        CheckCertificate(options, faults);
        if (!hasClient)
        {
            CheckRegion(options, FindProfile(options, faults), faults);
        }

        CheckEncryption(options, faults);
        CheckTransfer(options, faults);
        return faults.Build();
    }

    private static void CheckBucket(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        var bucket = options.Bucket;
        var setting = options.NameOf(nameof(options.Bucket));
        if (string.IsNullOrWhiteSpace(bucket))
        {
            faults.AddError($"{setting} is empty. Set it to the name of the bucket that stores the artifacts.");
            return;
        }

        // With ForcePathStyle, names from before 2018 and names of other servers are also possible.
        if (bucket.StartsWith("arn:", StringComparison.Ordinal) || (options.ForcePathStyle is true ? OlderBucketName() : BucketName()).IsMatch(bucket))
        {
            return;
        }

        var start = bucket.IndexOf("://", StringComparison.Ordinal) is var mark and >= 0 ? mark + "://".Length : 0;
        string[] parts = [.. bucket[start..].Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries)];
        var remedy = parts.Length == 0 || parts[0] == bucket || !BucketName().IsMatch(parts[0])
            ? "Use 3 to 63 lowercase letters, digits, single dots and hyphens. "
                + "The first and last character is a letter or a digit. IP addresses are not allowed."
            : $"Set it to '{parts[0]}'"
                + (parts.Length > 1 ? $", and {options.NameOf(nameof(options.Prefix))} to {SettingText.Quote(string.Join('/', parts[1..]))}." : ".");
        faults.AddError($"{setting} is {SettingText.Quote(bucket)}, which is not a valid bucket name. {remedy}");
    }

    private static void CheckRegion(S3StorageOptions options, CredentialProfile? profile, ValidateOptionsResultBuilder faults)
    {
        var setting = options.NameOf(nameof(options.Region));
        if (!string.IsNullOrEmpty(options.Region))
        {
            if (options.ServiceUrl is null ? !S3Regions.IsRegion(options.Region) : !SigningRegion().IsMatch(options.Region))
            {
                faults.AddError(
                    $"{setting} is {SettingText.Quote(options.Region)}, which is not a valid region. {NearestName.Suggest(options.Region, S3Regions.Names)}"
                    + "Set it to the region of the bucket, such as 'eu-central-1'.");
            }
        }
        else if (options.ServiceUrl is null && !S3Regions.IsInEnvironment(profile))
        {
            faults.AddError(
                $"{setting} is empty, and neither AWS_REGION nor the profile has a region. Set it to the region of the bucket, such as 'eu-central-1', "
                + $"or set {options.NameOf(nameof(options.ServiceUrl))} for an S3-compatible server.");
        }
    }

    /// <summary>Finds the configured profile, and reports a profile that does not exist.</summary>
    private static CredentialProfile? FindProfile(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (string.IsNullOrEmpty(options.Profile))
        {
            return null;
        }

        var setting = options.NameOf(nameof(options.Profile));
        try
        {
            var profiles = new CredentialProfileStoreChain();
            if (profiles.TryGetProfile(options.Profile, out var profile))
            {
                return profile;
            }

            string[] names = [.. profiles.ListProfiles().Select(static known => known.Name)];
            faults.AddError(
                $"{setting} is {SettingText.Quote(options.Profile)}, but the AWS configuration files do not contain this profile. "
                + $"{NearestName.Suggest(options.Profile, names)}"
                + (names.Length == 0 ? "They contain no profiles. " : $"The profiles are: {string.Join(", ", names)}. ")
                + "Add the profile, correct the name, or remove the setting to use the credential chain of the SDK.");
        }
        catch (Exception exception) when (
            exception is AmazonClientException or IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            faults.AddError(
                $"{setting} is {SettingText.Quote(options.Profile)}, but the AWS configuration files cannot be read: {exception.Message.TrimEnd('.')}. "
                + "Correct them.");
        }

        return null;
    }

    private static void CheckCertificate(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (!string.IsNullOrEmpty(options.CaCertificateFile) && TransferHttpHandler.FindCertificateFault(options.CaCertificateFile) is { } fault)
        {
            faults.AddError($"{options.NameOf(nameof(options.CaCertificateFile))} is '{options.CaCertificateFile}'. {fault} "
                + "Set it to a PEM file with certificates.");
        }
    }

    private static void CheckPlace(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (options.Prefix?.TrimEnd('/') is { Length: > 0 } prefix
            && (!ArtifactPath.TryParse(prefix, out _) || Encoding.UTF8.GetByteCount(prefix) > MaxPrefixBytes))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.Prefix))} is {SettingText.Quote(options.Prefix!)}, which is not a valid folder. "
                + $"Set it to segments separated by a single '/', without a leading '/' and with at most {MaxPrefixBytes} bytes, "
                + "such as 'team/models', or remove it.");
        }

        if (options.ServiceUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.ServiceUrl))} is not a server address. Set it to an address without user name "
                + "and password, such as 'https://s3.example.com', or remove it to use AWS.");
        }
        else if (options.ServiceUrl is { } address && (address.AbsolutePath != "/" || address.Query.Length > 0 || address.Fragment.Length > 0))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.ServiceUrl))} contains more than a server address. "
                + $"Set it to '{address.GetLeftPart(UriPartial.Authority)}', and "
                + $"{options.NameOf(nameof(options.Bucket))} and {options.NameOf(nameof(options.Prefix))} to the location of the store.");
        }
    }

    private static void CheckCredentials(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (string.IsNullOrEmpty(options.AccessKey) != string.IsNullOrEmpty(options.SecretKey))
        {
            faults.AddError(
                $"Only one of {options.NameOf(nameof(options.AccessKey))} and {options.NameOf(nameof(options.SecretKey))} is set. "
                + "Set both, or remove both to use the credential chain of the SDK.");
        }

        if (!string.IsNullOrEmpty(options.SessionToken) && string.IsNullOrEmpty(options.AccessKey))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.SessionToken))} is set without {options.NameOf(nameof(options.AccessKey))}. "
                + "Set the keys of the token, or remove it.");
        }

        if (!string.IsNullOrEmpty(options.Profile) && !string.IsNullOrEmpty(options.AccessKey))
        {
            faults.AddError($"{options.NameOf(nameof(options.Profile))} and {options.NameOf(nameof(options.AccessKey))} are both set. Set only one.");
        }
    }

    private static void CheckRole(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (!string.IsNullOrEmpty(options.RoleArn) && !RoleArn().IsMatch(options.RoleArn))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.RoleArn))} is {SettingText.Quote(options.RoleArn)}, which is not the ARN of a role. "
                + "Set it to an ARN such as 'arn:aws:iam::123456789012:role/ml', or remove it.");
        }

        if (!SessionName().IsMatch(options.RoleSessionName))
        {
            faults.AddError($"{options.NameOf(nameof(options.RoleSessionName))} is {SettingText.Quote(options.RoleSessionName)}. "
                + "Use 2 to 64 letters, digits and '_+=,.@-'.");
        }
        else if (string.IsNullOrEmpty(options.RoleArn) && options.RoleSessionName != S3StorageOptions.DefaultRoleSessionName)
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.RoleSessionName))} is set without {options.NameOf(nameof(options.RoleArn))}. Set both, or neither.");
        }
    }

    private static void CheckEncryption(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (options.ServerSideEncryption is not (null or "" or "AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.ServerSideEncryption))} is {SettingText.Quote(options.ServerSideEncryption!)}. "
                + "Set it to 'AES256', 'aws:kms' or 'aws:kms:dsse', or remove it to use the default encryption of the bucket.");
        }

        if (!string.IsNullOrEmpty(options.KmsKeyId) && options.ServerSideEncryption is null or "" or "AES256")
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.KmsKeyId))} is set, but {options.NameOf(nameof(options.ServerSideEncryption))} is not 'aws:kms'. "
                + "Set both, or remove the key.");
        }
    }

    private static void CheckTransfer(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        CheckNumber(nameof(options.PartSize), options.PartSize, S3StorageOptions.SmallestPartSize, Array.MaxLength);
        CheckNumber(nameof(options.Parallelism), options.Parallelism, 1, MaxParallelism);
        CheckNumber(nameof(options.MaxRetries), options.MaxRetries, 0, MaxRetries);
        CheckTime(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckTime(nameof(options.StallTimeout), options.StallTimeout);

        void CheckNumber(string setting, int value, int minimum, int maximum)
        {
            if (value < minimum || value > maximum)
            {
                faults.AddError($"{options.NameOf(setting)} is {value}. Set it to a value from {minimum} to {maximum}.");
            }
        }

        void CheckTime(string setting, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > s_longest)
            {
                faults.AddError($"{options.NameOf(setting)} is {value}. Set it to a value greater than 0 and at most {s_longest}, such as '00:00:30'.");
            }
        }
    }

    [GeneratedRegex(@"^(?=.{3,63}\z)(?![0-9]+(\.[0-9]+){3}\z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();

    [GeneratedRegex(@"^(?=.{3,255}\z)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex OlderBucketName();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex SigningRegion();

    [GeneratedRegex(@"^arn:[a-z-]*:iam::[^:\s]*:role/[^:\s]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]{2,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SessionName();
}
