using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Validates settings. Address and sign-in are not validated if the application registers the client.</summary>
internal sealed partial class AzureBlobStorageOptionsValidator(IServiceProviderIsService? services = null) : IValidateOptions<AzureBlobStorageOptions>
{
    private const int SmallestBlock = 64 << 10;
    private const int LargestBlock = 1 << 30;

    public ValidateOptionsResult Validate(string? name, AzureBlobStorageOptions options)
    {
        var settings = new AzureBlobSettings(name);
        var hasClient = services?.IsService(typeof(BlobServiceClient)) is true
            || (services as IServiceProviderIsKeyedService)?.IsKeyedService(typeof(BlobServiceClient), name) is true;
        string[] faults =
        [
            .. FindPlaceFaults(options, settings),
            .. hasClient ? [] : FindSignInFaults(options, settings),
            .. FindIdentityFaults(options, settings, services?.IsService(typeof(TokenCredential)) is true),
            .. FindTransferFaults(options, settings),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindPlaceFaults(AzureBlobStorageOptions options, AzureBlobSettings settings)
    {
        if (string.IsNullOrEmpty(options.Container))
        {
            yield return $"{settings.Name(nameof(options.Container))} is empty. Set it to the name of the container that stores the artifacts.";
        }
        else if (!ContainerName().IsMatch(options.Container))
        {
            var reason = options.Container.Length is < 3 or > 63 ? $" It has {options.Container.Length} characters." : "";
            yield return $"{settings.Name(nameof(options.Container))} is {SettingText.Quote(options.Container)}, which is not a valid container name.{reason} "
                + "Use 3 to 63 lowercase letters, digits and single hyphens. The first and last character is a letter or a digit.";
        }

        if (!string.IsNullOrEmpty(options.Prefix) && !ArtifactPath.TryParse(options.Prefix.TrimEnd('/'), out _))
        {
            yield return $"{settings.Name(nameof(options.Prefix))} is {SettingText.Quote(options.Prefix)}, which is not a valid folder. "
                + "Use a path such as 'teams/churn', or remove it to use the root of the container.";
        }
    }

    private static IEnumerable<string> FindSignInFaults(AzureBlobStorageOptions options, AzureBlobSettings settings)
    {
        var connectionString = settings.Name(nameof(options.ConnectionString));
        var serviceUri = settings.Name(nameof(options.ServiceUri));
        var accountKey = settings.Name(nameof(options.AccountKey));
        var accountName = settings.Name(nameof(options.AccountName));
        (string Name, bool IsSet)[] secrets =
        [
            (connectionString, !string.IsNullOrEmpty(options.ConnectionString)),
            (accountKey, !string.IsNullOrEmpty(options.AccountKey)),
            (settings.Name(nameof(options.SasToken)), !string.IsNullOrEmpty(options.SasToken)),
        ];
        string[] ways = [.. secrets.Where(static secret => secret.IsSet).Select(static secret => secret.Name)];
        if (ways.Length > 1)
        {
            yield return $"{string.Join(" and ", ways)} are set, but only one way to sign in is allowed. Keep one of them.";
        }

        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            if (options.ServiceUri is not null)
            {
                yield return $"{connectionString} and {serviceUri} are both set, and both specify the account. Keep one of them.";
            }

            if (!IsConnectionString(options.ConnectionString))
            {
                yield return $"{connectionString} is not the connection string of a storage account. Copy it from the access keys of the account. "
                    + "The value is not shown here.";
            }
        }
        else if (options.ServiceUri is null)
        {
            yield return $"{serviceUri} and {connectionString} are both empty. Set {serviceUri} to the blob endpoint of the account, "
                + "such as https://acme.blob.core.windows.net, or set the connection string.";
        }
        else if (!options.ServiceUri.IsAbsoluteUri || options.ServiceUri.Scheme is not ("https" or "http") || options.ServiceUri.UserInfo.Length > 0)
        {
            yield return $"{serviceUri} is not a service address. The value is not shown here, because it may contain a secret. "
                + "Use the blob endpoint of the account, such as https://acme.blob.core.windows.net, without user name and password.";
        }
        else if (options.ServiceUri.Query.Length > 0)
        {
            yield return $"{serviceUri} has a query. Specify only the endpoint, and a shared access signature in {settings.Name(nameof(options.SasToken))}.";
        }
        else if (options.ServiceUri.Scheme == "http" && string.IsNullOrEmpty(options.AccountKey) && string.IsNullOrEmpty(options.SasToken))
        {
            yield return $"{serviceUri} is an HTTP address, but Entra ID requires HTTPS. Use HTTPS, or set {accountKey}.";
        }
        else if (!string.IsNullOrEmpty(options.AccountKey) && string.IsNullOrEmpty(options.AccountName) && FindAccountName(options.ServiceUri) is null)
        {
            yield return $"{accountName} is empty, and {serviceUri} does not contain the account name. Set it.";
        }

        if (!string.IsNullOrEmpty(options.AccountKey) && !Convert.TryFromBase64String(options.AccountKey, new byte[options.AccountKey.Length], out _))
        {
            yield return $"{accountKey} is not Base64. Copy it from the access keys of the account. The value is not shown here.";
        }

        if (!string.IsNullOrEmpty(options.AccountName) && string.IsNullOrEmpty(options.AccountKey))
        {
            yield return $"{accountName} is set without {accountKey}. Set both, or remove both.";
        }
    }

    private static IEnumerable<string> FindIdentityFaults(AzureBlobStorageOptions options, AzureBlobSettings settings, bool hasCredential)
    {
        if (!string.IsNullOrEmpty(options.ManagedIdentityClientId))
        {
            var setting = settings.Name(nameof(options.ManagedIdentityClientId));
            if (!Guid.TryParse(options.ManagedIdentityClientId, out _))
            {
                yield return $"{setting} is {SettingText.Quote(options.ManagedIdentityClientId)}, which is not a client ID. "
                    + $"Copy it from the overview of the identity. It has the form '{Guid.Empty}'.";
            }

            if (!AzureBlobClientFactory.UsesEntraId(options))
            {
                yield return $"{setting} is set, but the store does not sign in with Entra ID. "
                    + "Remove it, or remove the key, the signature and the connection string.";
            }
            else if (hasCredential)
            {
                yield return $"{setting} is set, but the application registers a TokenCredential, which has its own identity. Keep one of them.";
            }
        }

        if (!string.IsNullOrEmpty(options.CaCertificateFile) && TransferHttpHandler.FindCertificateFault(options.CaCertificateFile) is { } fault)
        {
            yield return $"{settings.Name(nameof(options.CaCertificateFile))} is '{options.CaCertificateFile}'. {fault} "
                + "Set it to a PEM file with certificates.";
        }
    }

    private static IEnumerable<string> FindTransferFaults(AzureBlobStorageOptions options, AzureBlobSettings settings)
    {
        if (options.BlockSize is < SmallestBlock or > LargestBlock)
        {
            yield return $"{settings.Name(nameof(options.BlockSize))} is {options.BlockSize}. "
                + $"Use a value from {SmallestBlock} (64 KiB) to {LargestBlock} (1 GiB) bytes.";
        }

        if (options.Parallelism is < 1 or > 64)
        {
            yield return $"{settings.Name(nameof(options.Parallelism))} is {options.Parallelism}. Use a value from 1 to 64.";
        }

        if (options.MaxRetries is < 0 or > 20)
        {
            yield return $"{settings.Name(nameof(options.MaxRetries))} is {options.MaxRetries}. Use a value from 0 to 20.";
        }

        foreach (var (name, value) in new[] { (nameof(options.ConnectTimeout), options.ConnectTimeout), (nameof(options.StallTimeout), options.StallTimeout) })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                yield return $"{settings.Name(name)} is {value}. Use a value greater than 00:00:00 and at most 01:00:00.";
            }
        }
    }

    internal static string? FindAccountName(Uri serviceUri) => new BlobUriBuilder(serviceUri).AccountName is { Length: > 0 } name ? name : null;

    private static bool IsConnectionString(string value)
    {
        try
        {
            _ = new BlobServiceClient(value);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
