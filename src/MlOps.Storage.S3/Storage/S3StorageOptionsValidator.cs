using System.Text;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

internal sealed class S3StorageOptionsValidator : IValidateOptions<S3StorageOptions>
{
    private const int MaxPrefixBytes = 512;
    private const int MaxParallelism = 64;
    private const int MaxRetries = 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, S3StorageOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        CheckPlace(options, faults);
        CheckCredentials(options, faults);
        CheckEncryption(options, faults);
        CheckTransfer(options, faults);
        return faults.Build();
    }

    private static void CheckPlace(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (string.IsNullOrWhiteSpace(options.Bucket))
        {
            faults.AddError($"{options.NameOf(nameof(options.Bucket))} is empty. Set it to the name of the bucket that holds the artifacts.");
        }

        if (options.Prefix?.TrimEnd('/') is { Length: > 0 } prefix && (!ArtifactPath.TryParse(prefix, out _) || Encoding.UTF8.GetByteCount(prefix) > MaxPrefixBytes))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.Prefix))} is '{options.Prefix}', which is no folder. Set it to segments separated by single '/', none at the beginning, "
                + $"at most {MaxPrefixBytes} bytes, such as 'team/models', or leave it out.");
        }

        if (options.ServiceUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.ServiceUrl))} is no address of a server. Set it to one such as 'https://s3.example.com', without user name "
                + "and password, or leave it out for AWS.");
        }
    }

    private static void CheckCredentials(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (string.IsNullOrEmpty(options.AccessKey) != string.IsNullOrEmpty(options.SecretKey))
        {
            faults.AddError(
                $"Only one of {options.NameOf(nameof(options.AccessKey))} and {options.NameOf(nameof(options.SecretKey))} is set. "
                + "Set both, or neither for the SDK's credential chain.");
        }

        if (!string.IsNullOrEmpty(options.SessionToken) && string.IsNullOrEmpty(options.AccessKey))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.SessionToken))} is set without {options.NameOf(nameof(options.AccessKey))}. Set the keys the token belongs to, or leave it out.");
        }

        if (!string.IsNullOrEmpty(options.Profile) && !string.IsNullOrEmpty(options.AccessKey))
        {
            faults.AddError($"{options.NameOf(nameof(options.Profile))} and {options.NameOf(nameof(options.AccessKey))} are both set. Set only one.");
        }
    }

    private static void CheckEncryption(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        if (options.ServerSideEncryption is not (null or "" or "AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.ServerSideEncryption))} is '{options.ServerSideEncryption}'. "
                + "Set it to 'AES256', 'aws:kms' or 'aws:kms:dsse', or leave it out for what the bucket says.");
        }

        if (!string.IsNullOrEmpty(options.KmsKeyId) && options.ServerSideEncryption is null or "" or "AES256")
        {
            faults.AddError(
                $"{options.NameOf(nameof(options.KmsKeyId))} is set, and {options.NameOf(nameof(options.ServerSideEncryption))} is not 'aws:kms'. Set that too, or leave the key out.");
        }
    }

    private static void CheckTransfer(S3StorageOptions options, ValidateOptionsResultBuilder faults)
    {
        CheckNumber(nameof(options.PartSize), options.PartSize, S3StorageOptions.SmallestPartSize, Array.MaxLength);
        CheckNumber(nameof(options.Parallelism), options.Parallelism, 1, MaxParallelism);
        CheckNumber(nameof(options.MaxRetries), options.MaxRetries, 0, MaxRetries);
        CheckTime(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckTime(nameof(options.StallTimeout), options.StallTimeout);

        void CheckNumber(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                faults.AddError($"{options.NameOf(setting)} is {value}. Set it to {least} to {most}.");
            }
        }

        void CheckTime(string setting, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > s_longest)
            {
                faults.AddError($"{options.NameOf(setting)} is {value}. Set it to more than 0 and at most {s_longest}, such as '00:00:30'.");
            }
        }
    }
}
